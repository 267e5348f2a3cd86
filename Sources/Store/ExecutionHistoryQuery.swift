public import Model

/// Which executions a list shows: the filters of Rundeck's `GET /project/P/executions` and of
/// `GET /job/J/executions`. Filters on jobs compare with what the job was called when it ran, and leave
/// ad hoc executions out, as Rundeck does.
public struct ExecutionHistoryQuery: Sendable, Hashable {
  /// nil: all projects.
  public var projects: [String]?
  /// An execution's status or its custom status.
  public var status: String?
  /// Why an execution began.
  public enum Origin: Sendable, Hashable {
    /// Somebody asked for it at once.
    case request
    /// Its schedule fell due.
    case schedule
    /// Somebody asked for it at a later time.
    case laterRequest
  }

  public var origin: Origin?
  /// Only executions that have not ended.
  public var unfinishedOnly = false
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
  /// Part of the description, upper and lower case alike.
  public var descriptionContains: String?
  /// How many at most; nil for all.
  public var limit: Int64?
  public var offset: Int64 = 0

  public init(projects: [String]? = nil) { self.projects = projects }
}

extension ExecutionHistoryQuery {
  func conditions(_ arguments: inout SQLArguments, now: String) -> String {
    var all = scope(&arguments)
    all += times(&arguments, now: now)
    all += jobs(&arguments)
    all += names(&arguments)
    return all.isEmpty ? "1 = 1" : all.joined(separator: " AND ")
  }

  private func scope(_ arguments: inout SQLArguments) -> [String] {
    var all: [String] = []
    if let projects {
      all.append("project IN \(arguments.list(projects.map { .text($0) }))")
    }
    if let status {
      let value = arguments.add(.text(status))
      all.append("(status = \(value) OR custom_status = \(value))")
    }
    if unfinishedOnly { all.append("status IN ('queued', 'scheduled', 'running')") }
    switch origin {
    case .request: all.append("due_at IS NULL")
    case .schedule: all.append("due_at <= created_at")
    case .laterRequest: all.append("due_at > created_at")
    case nil: break
    }
    if let user { all.append("username = \(arguments.add(.text(user)))") }
    if let abortedBy {
      all.append("status = 'aborted' AND abort_requested_by = \(arguments.add(.text(abortedBy)))")
    }
    if let isAdHoc { all.append("job_id IS \(isAdHoc ? "" : "NOT ")NULL") }
    return all
  }

  private func times(_ arguments: inout SQLArguments, now: String) -> [String] {
    var all: [String] = []
    if let endedFrom { all.append("ended_at >= \(arguments.add(.instant(endedFrom)))") }
    if let endedUntil { all.append("ended_at <= \(arguments.add(.instant(endedUntil)))") }
    if let endedWithin {
      all.append("ended_at >= \(now) - \(arguments.add(.integer(endedWithin.microseconds)))")
    }
    if let endedBefore {
      all.append("ended_at <= \(now) - \(arguments.add(.integer(endedBefore.microseconds)))")
    }
    return all
  }

  private func jobs(_ arguments: inout SQLArguments) -> [String] {
    let path =
      "(CASE WHEN job_group IS NULL OR job_group = '' THEN job_name "
      + "ELSE job_group || '/' || job_name END)"
    var all: [String] = []
    if !jobIDs.isEmpty { all.append("job_id IN \(arguments.list(jobIDs.map { .text($0) }))") }
    if !excludedJobIDs.isEmpty {
      let list = arguments.list(excludedJobIDs.map { .text($0) })
      all.append("job_id IS NOT NULL AND job_id NOT IN \(list)")
    }
    if !jobPaths.isEmpty {
      let list = arguments.list(jobPaths.map { .text($0) })
      all.append("job_id IS NOT NULL AND \(path) IN \(list)")
    }
    if !excludedJobPaths.isEmpty {
      let list = arguments.list(excludedJobPaths.map { .text($0) })
      all.append("job_id IS NOT NULL AND \(path) NOT IN \(list)")
    }
    return all
  }

  private func names(_ arguments: inout SQLArguments) -> [String] {
    let group = "COALESCE(job_group, '')"
    var all: [String] = []
    if let nameContains { all.append(arguments.condition("job_name", contains: nameContains)) }
    if let part = excludedNameContains {
      all.append("NOT (\(arguments.condition("job_name", contains: part)))")
    }
    if let name { all.append("job_name = \(arguments.add(.text(name)))") }
    if let excludedName { all.append("job_name <> \(arguments.add(.text(excludedName)))") }
    if let part = self.group { all.append(arguments.condition(part, column: group)) }
    if let part = excludedGroup {
      all.append("NOT (\(arguments.condition(part, column: group)))")
    }
    if !all.isEmpty { all.append("job_id IS NOT NULL") }
    return all
  }
}

extension Duration {
  /// Whole microseconds.
  var microseconds: Int64 {
    components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
  }
}
