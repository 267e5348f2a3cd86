import Model
import Pattern

/// A clause with its expression compiled once, for many nodes.
struct NodeClauseMatcher {
  private let attribute: String
  private let values: [String]
  private let pattern: JobPattern?

  /// - Throws: `NodeFilterError.invalidExpression`.
  init(_ clause: NodeFilterClause) throws(NodeFilterError) {
    attribute = clause.attribute
    values = clause.values.flatMap { $0.split(separator: ",").map(Self.trimmed) }
    // Only a single value is an expression.
    guard values.count == 1 else {
      pattern = nil
      return
    }
    do {
      pattern = try JobPattern(values[0])
    } catch {
      throw .invalidExpression(attribute: attribute, error.pattern, reason: error.reason)
    }
  }

  /// - Throws: `NodeFilterError.slowExpression` when the budget is used up.
  func matches(
    _ node: Node, within budget: inout MatchingBudget
  ) throws(NodeFilterError) -> Bool {
    switch attribute {
    case "tags": return try matchesTags(node.tags, &budget)
    case "nodename": return try matches(node.name, &budget)
    default:
      guard let value = node.attributes[attribute] else { return false }
      return try matches(value, &budget)
    }
  }

  private func matches(
    _ value: String, _ budget: inout MatchingBudget
  ) throws(NodeFilterError) -> Bool {
    if values.contains(value) { return true }
    do throws(JobPatternOverrun) {
      return try pattern?.matches(value, within: &budget) ?? false
    } catch {
      throw .slowExpression(attribute: attribute, error.pattern)
    }
  }

  private func matchesTags(
    _ tags: Set<String>, _ budget: inout MatchingBudget
  ) throws(NodeFilterError) -> Bool {
    let matchesExactly = values.contains { value in
      value.split(separator: "+").allSatisfy { tags.contains(Self.trimmed($0)) }
    }
    if matchesExactly { return true }
    for tag in tags where try matches(tag, &budget) { return true }
    return false
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text.drop(while: \.isWhitespace)
    while text.last?.isWhitespace ?? false { text.removeLast() }
    return String(text)
  }
}
