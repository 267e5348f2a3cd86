public import Model

/// The nodes that a job's dispatch settings ask for, in the order in which it goes through them.
public struct NodeSelection: Sendable, Hashable {
  public let filter: NodeFilter
  public let exclude: NodeFilter?
  public let excludePrecedence: Bool
  public let ranking: NodeRanking

  /// - Throws: `NodeFilterError` when one of the two filters cannot be read.
  public init(_ dispatch: NodeDispatch) throws(NodeFilterError) {
    filter = try NodeFilter(parsing: dispatch.filter)
    let exclude = try NodeFilter(parsing: dispatch.excludeFilter ?? "")
    self.exclude = exclude.isEmpty ? nil : exclude
    excludePrecedence = dispatch.excludePrecedence
    ranking = NodeRanking(attribute: dispatch.rankAttribute, order: dispatch.rankOrder)
  }

  /// The selected nodes, ranked. An empty filter selects none.
  ///
  /// - Throws: `NodeFilterError.slowExpression` when it takes too long to tell.
  public func select(_ nodes: [Node]) throws(NodeFilterError) -> [Node] {
    guard !filter.isEmpty || exclude != nil else { return [] }
    var selected = try filter.select(nodes, excludePrecedence: excludePrecedence)
    if let exclude, excludePrecedence || filter.isEmpty {
      let excluded = Set(try exclude.select(nodes).map(\.name))
      selected.removeAll { excluded.contains($0.name) }
    }
    return ranking.sorted(selected)
  }
}

/// The order in which nodes are gone through.
///
/// Rank attributes are compared as whole numbers when both are, else as text; a node without the
/// attribute comes after all that have it, by name. (Rundeck's manual, `rankAttribute`.)
public struct NodeRanking: Sendable, Hashable {
  /// Nil, `nodename` and the empty text mean the name.
  public let attribute: String?
  public let order: RankOrder

  public init(attribute: String?, order: RankOrder) {
    let isName = attribute == nil || attribute == "" || attribute == "nodename"
    self.attribute = isName ? nil : attribute
    self.order = order
  }

  /// The nodes in this order; equal ranks by name.
  public func sorted(_ nodes: [Node]) -> [Node] {
    nodes.sorted { left, right in
      guard let attribute else { return isBefore(left.name, right.name) }
      switch (left.attributes[attribute], right.attributes[attribute]) {
      case (nil, nil): return isBefore(left.name, right.name)
      case (nil, _?): return false
      case (_?, nil): return true
      case (let one?, let other?):
        if one == other { return isBefore(left.name, right.name) }
        if let one = Int(one), let other = Int(other), one != other {
          return order == .ascending ? one < other : one > other
        }
        return isBefore(one, other)
      }
    }
  }

  private func isBefore(_ left: String, _ right: String) -> Bool {
    order == .ascending ? left < right : left > right
  }
}
