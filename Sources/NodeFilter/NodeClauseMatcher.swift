import Model

/// A clause with its expression compiled once, for many nodes.
struct NodeClauseMatcher {
  private let attribute: String
  private let values: [String]
  private let pattern: JobPattern?

  init(_ clause: NodeFilterClause) {
    attribute = clause.attribute
    values = clause.values.flatMap { $0.split(separator: ",").map(Self.trimmed) }
    // Only a single value is an expression. One that is none is still a value to compare with.
    pattern = values.count == 1 ? try? JobPattern(values[0]) : nil
  }

  func matches(_ node: Node) -> Bool {
    switch attribute {
    case "tags": return matchesTags(node.tags)
    case "nodename": return matches(node.name)
    default:
      guard let value = node.attributes[attribute] else { return false }
      return matches(value)
    }
  }

  private func matches(_ value: String) -> Bool {
    values.contains(value) || pattern?.matches(value) ?? false
  }

  private func matchesTags(_ tags: Set<String>) -> Bool {
    let matchesExactly = values.contains { value in
      value.split(separator: "+").allSatisfy { tags.contains(Self.trimmed($0)) }
    }
    return matchesExactly || tags.contains { pattern?.matches($0) ?? false }
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text.drop(while: \.isWhitespace)
    while text.last?.isWhitespace ?? false { text.removeLast() }
    return String(text)
  }
}
