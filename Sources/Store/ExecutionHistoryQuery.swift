public import Model

/// Which executions a list shows: the filters of Rundeck's `GET /project/P/executions` and of
/// `GET /job/J/executions`. Filters on jobs compare with what the job was called when it ran, and leave
/// ad hoc executions out, as Rundeck does.
public struct ExecutionHistoryQuery: Sendable, Hashable {
  /// nil: all projects.
  public var projects: [String]?
  /// One of the statuses of an execution; any other text is a custom status.
  public var status: String?
  /// Why an execution began.
  public enum Origin: Int, Sendable, Hashable, CaseIterable {
    /// Somebody asked for it at once.
    case request = 0
    /// Its schedule fell due.
    case schedule = 1
    /// Somebody asked for it at a later time.
    case laterRequest = 2
  }

  public var origin: Origin?
  /// Only executions that have not ended.
  public var unfinishedOnly = false
  /// Without executions that wait for a later time.
  public var withoutPostponed = false
  /// Beside the executions of `jobIDs` also those that ran one of them as a reference.
  public var includesReferences = false
  public var user: String?
  public var abortedBy: String?
  /// Earliest and latest time at which an execution ended.
  public var endedFrom: Instant?
  public var endedUntil: Instant?
  /// The same, counted back from the database's clock.
  public var endedWithin: Duration?
  public var endedBefore: Duration?
  public var isAdHoc: Bool?
  public var jobIDs: [String] = []
  public var excludedJobIDs: [String] = []
  /// Groups and names joined by `/`.
  public var jobPaths: [String] = []
  public var excludedJobPaths: [String] = []
  public var nameContains: String?
  public var excludedNameContains: String?
  public var name: String?
  public var excludedName: String?
  public var group: JobQuery.Group?
  public var excludedGroup: JobQuery.Group?
  /// Part of the description, upper and lower case alike. It is looked for in the executions themselves.
  public var descriptionContains: String?
  /// How many at most; nil for all.
  public var limit: Int64?
  public var offset: Int64 = 0

  public init(projects: [String]? = nil) { self.projects = projects }
}

extension ExecutionHistoryQuery {
  /// Whether only executions that have ended can fit.
  var hasTimes: Bool {
    endedFrom != nil || endedUntil != nil || endedWithin != nil || endedBefore != nil
  }

  /// Whether a filter tells jobs apart, beyond whether there is one.
  var hasJobs: Bool {
    !jobIDs.isEmpty || !excludedJobIDs.isEmpty || hasNames
  }

  /// Whether a filter is about what jobs are called.
  var hasNames: Bool {
    !jobPaths.isEmpty || !excludedJobPaths.isEmpty || nameContains != nil
      || excludedNameContains != nil || name != nil || excludedName != nil || group != nil
      || excludedGroup != nil
  }

  /// The same with the periods that are counted back from `now` as times.
  func resolved(at now: Instant) -> ExecutionHistoryQuery {
    var query = self
    if let endedWithin {
      let from = now.advanced(by: .zero - endedWithin)
      query.endedFrom = max(endedFrom ?? from, from)
    }
    if let endedBefore {
      let until = now.advanced(by: .zero - endedBefore)
      query.endedUntil = min(endedUntil ?? until, until)
    }
    query.endedWithin = nil
    query.endedBefore = nil
    return query
  }
}
