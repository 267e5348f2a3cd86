import Database
public import Model

/// Which jobs of a project a list shows: the filters of Rundeck's `GET /project/P/jobs`.
public struct JobQuery: Sendable, Hashable {
  /// How a group path restricts a list.
  public enum Group: Sendable, Hashable {
    /// This group and all below it; empty means jobs without a group.
    case within(String)
    /// Exactly this group.
    case exactly(String)

    /// Whether it means jobs without a group.
    var isTop: Bool {
      switch self {
      case .within(let path), .exactly(let path): path.isEmpty
      }
    }
  }

  public var project: String
  public var ids: [String]?
  /// Part of the name, upper and lower case alike.
  public var nameContains: String?
  public var name: String?
  public var group: Group?
  public var scheduled: Bool?
  /// Only jobs whose schedules this member owns.
  public var scheduleOwner: MemberID?
  /// How many at most; nil for all.
  public var limit: Int64?
  public var offset: Int64

  public init(
    project: String, ids: [String]? = nil, nameContains: String? = nil, name: String? = nil,
    group: Group? = nil, scheduled: Bool? = nil, scheduleOwner: MemberID? = nil,
    limit: Int64? = nil, offset: Int64 = 0
  ) {
    self.project = project
    self.ids = ids
    self.nameContains = nameContains
    self.name = name
    self.group = group
    self.scheduled = scheduled
    self.scheduleOwner = scheduleOwner
    self.limit = limit
    self.offset = offset
  }
}

extension SQLArguments {
  /// The condition that keeps the rows of a group.
  mutating func condition(_ group: JobQuery.Group, column: String) -> String {
    switch group {
    case .exactly(let path):
      return "\(column) = \(add(.text(path)))"
    case .within(""):
      return "\(column) = ''"
    case .within(let path):
      let below = add(.text(LikePattern.below(path: path)))
      return "(\(column) = \(add(.text(path))) OR \(column) LIKE \(below) ESCAPE '!')"
    }
  }

  /// The condition that keeps texts with that part in them, upper and lower case alike.
  mutating func condition(_ expression: String, contains part: String) -> String {
    let pattern = add(.text(LikePattern.containing(part.lowercased())))
    return "LOWER(\(expression)) LIKE \(pattern) ESCAPE '!'"
  }
}
