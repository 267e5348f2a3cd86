public import Model

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

  /// - Throws: `NodeFilterError` for a key without a value and for a quote that does not end.
  public init(parsing text: String) throws(NodeFilterError) {
    var parser = NodeFilterParser(text)
    let words = try parser.words()
    let clauses = try NodeFilterParser.clauses(words)
    self.text = text
    includes = clauses.filter { !$0.isNegated }
    excludes = clauses.filter(\.isNegated)
  }

  /// Whether there is no clause at all. Such a filter matches every node; a caller for whom an empty
  /// filter means no node asks this first.
  public var isEmpty: Bool { includes.isEmpty && excludes.isEmpty }

  /// Whether this node is selected. For many nodes `select` is faster.
  public func matches(_ node: Node) -> Bool { !select([node]).isEmpty }

  /// The selected nodes, in the order given.
  ///
  /// - Parameter excludePrecedence: when false, a node that matches the other clauses stays even if a
  ///   negated one matches it too, and so does one that none matches.
  public func select(_ nodes: [Node], excludePrecedence: Bool = true) -> [Node] {
    let included = includes.map(NodeClauseMatcher.init)
    let excluded = excludes.map(NodeClauseMatcher.init)
    return nodes.filter { node in
      let isIncluded = included.allSatisfy { $0.matches(node) }
      if excluded.isEmpty { return isIncluded }
      let isExcluded = excluded.contains { $0.matches(node) }
      if included.isEmpty { return !isExcluded }
      return excludePrecedence ? isIncluded && !isExcluded : isIncluded || !isExcluded
    }
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

  public var description: String {
    switch self {
    case .missingValue(let attribute): "the node filter has no value after '\(attribute):'"
    case .missingAttribute(let word): "the node filter has no attribute name in '\(word)'"
    case .unterminatedQuote(let rest): "the node filter has a quote without its end: \(rest)"
    }
  }
}
