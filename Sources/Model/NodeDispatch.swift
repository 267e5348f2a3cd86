/// Which nodes a job runs on and how it goes through them (`nodefilters` and its `dispatch`).
public struct NodeDispatch: Sendable, Hashable, Codable {
  /// A node filter in Rundeck's language.
  public var filter: String
  /// Nodes left out (`filterExclude`).
  public var excludeFilter: String?
  /// Whether a node that both match is left out.
  public var excludePrecedence: Bool
  /// Whether an empty selection is a success instead of a failure.
  public var successOnEmptyNodeFilter: Bool
  /// How many nodes at once: a number, or a reference to an option.
  public var threadcount: String
  /// Whether the other nodes go on after one has failed.
  public var keepgoing: Bool
  /// The attribute that orders the nodes; nil means their names.
  public var rankAttribute: String?
  public var rankOrder: RankOrder

  public init(
    filter: String, excludeFilter: String? = nil, excludePrecedence: Bool = true,
    successOnEmptyNodeFilter: Bool = false, threadcount: String = "1", keepgoing: Bool = false,
    rankAttribute: String? = nil, rankOrder: RankOrder = .ascending
  ) {
    self.filter = filter
    self.excludeFilter = excludeFilter
    self.excludePrecedence = excludePrecedence
    self.successOnEmptyNodeFilter = successOnEmptyNodeFilter
    self.threadcount = threadcount
    self.keepgoing = keepgoing
    self.rankAttribute = rankAttribute
    self.rankOrder = rankOrder
  }
}

/// Direction in which nodes are ordered.
public enum RankOrder: String, Sendable, Hashable, Codable, CaseIterable {
  case ascending
  case descending
}
