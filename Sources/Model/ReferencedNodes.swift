/// Where a referenced job runs and how it goes through its nodes (`nodefilters` of a `jobref`). What is nil is
/// as the job itself has it.
public struct ReferencedNodes: Sendable, Hashable, Codable {
  /// A node filter in Rundeck's language; may have references.
  public var filter: String?
  public var excludeFilter: String?
  public var excludePrecedence: Bool?
  public var successOnEmptyNodeFilter: Bool?
  /// A number of at least 1, or a reference.
  public var threadcount: String?
  public var keepgoing: Bool?
  public var rankAttribute: String?
  public var rankOrder: RankOrder?
  /// Whether only nodes that this job runs on are gone to (`nodeIntersect`).
  public var intersects: Bool

  public init(
    filter: String? = nil, excludeFilter: String? = nil, excludePrecedence: Bool? = nil,
    successOnEmptyNodeFilter: Bool? = nil, threadcount: String? = nil, keepgoing: Bool? = nil,
    rankAttribute: String? = nil, rankOrder: RankOrder? = nil, intersects: Bool = false
  ) {
    self.filter = filter
    self.excludeFilter = excludeFilter
    self.excludePrecedence = excludePrecedence
    self.successOnEmptyNodeFilter = successOnEmptyNodeFilter
    self.threadcount = threadcount
    self.keepgoing = keepgoing
    self.rankAttribute = rankAttribute
    self.rankOrder = rankOrder
    self.intersects = intersects
  }

  init(_ value: JobValue, path: String) throws(JobProblem) {
    self.init()
    guard value != .text("") else { return }
    var fields = try DefinitionFields(value, path: path)
    let filter = try NodeFilterText.read(&fields)
    self.filter = filter.isEmpty ? nil : filter
    excludeFilter = try fields.filledText("filterExclude")
    if let settings = fields.take("dispatch") { try readSettings(settings, path) }
    try fields.refuseRest()
  }

  private mutating func readSettings(_ value: JobValue, _ path: String) throws(JobProblem) {
    guard value != .text("") else { return }
    var fields = try DefinitionFields(value, path: path + ".dispatch")
    threadcount = try fields.count("threadcount", atLeast: 1)
    keepgoing = try fields.flag("keepgoing")
    excludePrecedence = try fields.flag("excludePrecedence")
    successOnEmptyNodeFilter = try fields.flag("successOnEmptyNodeFilter")
    rankAttribute = try fields.filledText("rankAttribute")
    rankOrder = try RankOrder(&fields)
    intersects = try fields.flag("nodeIntersect") ?? false
    try fields.refuseRest()
  }

  /// The referenced job's own dispatch with what is said here in its place; nil when neither goes to
  /// nodes.
  public func dispatch(of own: NodeDispatch?) -> NodeDispatch? {
    guard var dispatch = filter.map({ NodeDispatch(filter: $0) }) ?? own else { return nil }
    if filter != nil, let own {
      dispatch = own
      dispatch.filter = filter ?? ""
      dispatch.excludeFilter = nil
    }
    if let excludeFilter { dispatch.excludeFilter = excludeFilter }
    if let excludePrecedence { dispatch.excludePrecedence = excludePrecedence }
    if let successOnEmptyNodeFilter {
      dispatch.successOnEmptyNodeFilter = successOnEmptyNodeFilter
    }
    if let threadcount { dispatch.threadcount = threadcount }
    if let keepgoing { dispatch.keepgoing = keepgoing }
    if let rankAttribute { dispatch.rankAttribute = rankAttribute }
    if let rankOrder { dispatch.rankOrder = rankOrder }
    return dispatch
  }
}

extension RankOrder {
  /// Takes `rankOrder`; nil when it is missing or empty.
  public init?(_ fields: inout DefinitionFields) throws(JobProblem) {
    guard let text = try fields.filledText("rankOrder") else { return nil }
    guard let known = RankOrder(rawValue: text.lowercased()) else {
      throw JobProblem(
        field: fields.field("rankOrder"), value: text, message: "must be ascending or descending")
    }
    self = known
  }
}

/// The filter of a `nodefilters` map.
public enum NodeFilterText {
  /// Takes the filter, or the deprecated `include` and `exclude` said in its language.
  public static func read(_ fields: inout DefinitionFields) throws(JobProblem) -> String {
    let filter = try fields.text("filter")
    var parts: [String] = []
    for (key, mark) in [("include", ""), ("exclude", "!")] {
      guard let value = fields.take(key), value != .text("") else { continue }
      var patterns = try DefinitionFields(value, path: fields.field(key))
      for name in names {
        guard let pattern = try patterns.filledText(name) else { continue }
        let quoted = pattern.contains(" ") ? "\"\(pattern)\"" : pattern
        parts.append("\(mark)\(name): \(quoted)")
      }
      try patterns.refuseRest()
    }
    return filter ?? parts.joined(separator: " ")
  }

  private static let names = [
    "hostname", "name", "type", "tags", "os-name", "os-family", "os-arch", "os-version",
  ]
}
