public import Model
import Pattern

/// A node filter in Rundeck's language, for example `tags: www+prod !hostname: dev.*`.
///
/// A node matches when every clause says so. A clause is `attribute: value`, or `!attribute: value` for
/// the opposite; a bare value is a name. A value is a regular expression for the whole attribute, or
/// several exact ones joined by commas; tags can also be joined by `+`, which asks for all of them.
/// Clauses of one attribute count as one clause with all their values. (Rundeck's manual, "Node
/// Filters".)
public struct NodeFilter: Sendable, Hashable {
  /// The filter as it was written.
  public let text: String
  let includes: [NodeFilterClause]
  let excludes: [NodeFilterClause]

  /// How long the expressions of a filter may take for all nodes together.
  private static let matchingTime = Duration.milliseconds(250)

  /// - Throws: `NodeFilterError` for a key without a value, for a quote that does not end and for a
  ///   value that is no regular expression.
  public init(parsing text: String) throws(NodeFilterError) {
    var parser = NodeFilterParser(text)
    let words = try parser.words()
    let clauses = try NodeFilterParser.clauses(words)
    self.text = text
    includes = clauses.filter { !$0.isNegated }
    excludes = clauses.filter(\.isNegated)
    _ = try Self.matchers(clauses)
  }

  /// Whether there is no clause at all. Such a filter matches every node; a caller for whom an empty
  /// filter means no node asks this first.
  public var isEmpty: Bool { includes.isEmpty && excludes.isEmpty }

  /// Whether this node is selected. For many nodes `select` is faster. Throws as `select` does.
  public func matches(_ node: Node) throws(NodeFilterError) -> Bool { try !select([node]).isEmpty }

  /// The selected nodes, in the order given.
  ///
  /// - Parameter excludePrecedence: when false, a node that matches the other clauses stays even if a
  ///   negated one matches it too, and so does one that none matches.
  /// - Throws: `NodeFilterError.slowExpression` when it takes too long to tell.
  public func select(
    _ nodes: [Node], excludePrecedence: Bool = true
  ) throws(NodeFilterError) -> [Node] {
    let included = try Self.matchers(includes)
    let excluded = try Self.matchers(excludes)
    var budget = MatchingBudget(Self.matchingTime)
    var selected: [Node] = []
    for node in nodes {
      let isIncluded = try Self.all(included, match: node, &budget)
      let isExcluded = try Self.any(excluded, matches: node, &budget)
      let isSelected =
        if excluded.isEmpty { isIncluded } else if included.isEmpty { !isExcluded } else {
          excludePrecedence ? isIncluded && !isExcluded : isIncluded || !isExcluded
        }
      if isSelected { selected.append(node) }
    }
    return selected
  }

  private static func matchers(
    _ clauses: [NodeFilterClause]
  ) throws(NodeFilterError) -> [NodeClauseMatcher] {
    var matchers: [NodeClauseMatcher] = []
    for clause in clauses { matchers.append(try NodeClauseMatcher(clause)) }
    return matchers
  }

  private static func all(
    _ matchers: [NodeClauseMatcher], match node: Node, _ budget: inout MatchingBudget
  ) throws(NodeFilterError) -> Bool {
    for matcher in matchers where try !matcher.matches(node, within: &budget) { return false }
    return true
  }

  private static func any(
    _ matchers: [NodeClauseMatcher], matches node: Node, _ budget: inout MatchingBudget
  ) throws(NodeFilterError) -> Bool {
    for matcher in matchers where try matcher.matches(node, within: &budget) { return true }
    return false
  }
}

/// All values that a filter has for one attribute.
struct NodeFilterClause: Sendable, Hashable {
  let attribute: String
  let isNegated: Bool
  var values: [String]
}

/// Why a text is no node filter.
public enum NodeFilterError: Error, Sendable, Hashable, CustomStringConvertible {
  case missingValue(attribute: String)
  case missingAttribute(String)
  case unterminatedQuote(String)
  case invalidExpression(attribute: String, String, reason: String)
  /// The nodes' values cannot be matched within the time for it.
  case slowExpression(attribute: String, String)

  public var description: String {
    switch self {
    case .missingValue(let attribute): "the node filter has no value after '\(attribute):'"
    case .missingAttribute(let word): "the node filter has no attribute name in '\(word)'"
    case .unterminatedQuote(let rest): "the node filter has a quote without its end: \(rest)"
    case .invalidExpression(let attribute, let text, let reason):
      "the node filter's value for '\(attribute)' is no regular expression: \(text) (\(reason))"
    case .slowExpression(let attribute, let text):
      "the node filter's regular expression for '\(attribute)' takes too long: \(text)"
    }
  }
}
