import Execution
import Hummingbird
import Identity
import Model
import Store

extension API {
  var executionListRoutes: [Route] {
    [
      .api(.get, "/project/{project}/executions", .read, .event, listExecutions),
      .api(.get, "/project/{project}/executions/running", .read, .event, listRunning),
      .api(.get, "/executions/metrics", since: 29, .read, .event, metricsOfAll),
      .api(
        .get, "/project/{project}/executions/metrics", since: 29, .read, .event, metricsOfProject),
    ]
  }

  func listExecutions(_ request: APIRequest) async throws -> Response {
    let project = request.path("project")
    let query = try Self.historyQuery(
      request.query, projects: [project], defaultLimit: dependencies.limits.executionsPerPage)
    try await requireProject(project)
    return .json(try await page(query))
  }

  /// Executions that have not ended, of one project, of several joined by commas, or of all (`*`); with
  /// `includePostponed=true` also those that wait for a later time.
  func listRunning(_ request: APIRequest) async throws -> Response {
    let text = request.path("project")
    let names = text.split(separator: ",").map(String.init)
    guard names.count <= APILimits.listItems else {
      throw APIError.tooMany(names.count, in: "project")
    }
    var query = ExecutionHistoryQuery(projects: text == "*" ? nil : names)
    query.unfinishedOnly = true
    query.jobIDs = request.query.text("jobIdFilter").map { [$0] } ?? []
    query.limit = try request.query.count("max") ?? dependencies.limits.executionsPerPage
    query.offset = try request.query.count("offset") ?? 0
    query.withoutPostponed = try request.query.flag("includePostponed") != true
    if text != "*" { try await requireProjects(names) }
    return .json(try await page(query))
  }

  /// How many executions fit the filters of a list, and how long they took.
  func metricsOfAll(_ request: APIRequest) async throws -> Response {
    try await metrics(try Self.historyQuery(request.query, projects: nil, defaultLimit: 0))
  }

  func metricsOfProject(_ request: APIRequest) async throws -> Response {
    let project = request.path("project")
    let query = try Self.historyQuery(request.query, projects: [project], defaultLimit: 0)
    try await requireProject(project)
    return try await metrics(query)
  }

  private func metrics(_ query: ExecutionHistoryQuery) async throws -> Response {
    let metrics = try await dependencies.store.ask.executionHistory.metrics(query)
    func text(_ duration: Int64?) -> JSON { .text("\((duration ?? 0) / 1_000_000)s") }
    return .json([
      "duration": [
        "average": text(metrics.average), "min": text(metrics.shortest),
        "max": text(metrics.longest),
      ],
      "total": .integer(metrics.total),
    ])
  }

  /// EXE-14 asks for another code here than for a project alone.
  private func requireProjects(_ names: [String]) async throws {
    let existing = try await dependencies.store.ask.projects.existing(names)
    guard let missing = names.first(where: { !existing.contains($0) }) else { return }
    throw APIError(
      .notFound, "api.error.item.doesnotexist", "Project does not exist: \(missing)")
  }

  /// The filters of `GET /project/P/executions`. Throws a 400 that names the parameter.
  static func historyQuery(
    _ parameters: Parameters, projects: [String]?, defaultLimit: Int64
  ) throws(APIError) -> ExecutionHistoryQuery {
    var query = ExecutionHistoryQuery(projects: projects)
    query.status = parameters.text("statusFilter")
    try query.select(type: parameters.text("executionTypeFilter"))
    query.user = parameters.text("userFilter")
    query.abortedBy = parameters.text("abortedbyFilter")
    query.endedFrom = try parameters.instant("begin")
    query.endedUntil = try parameters.instant("end")
    query.endedWithin = try parameters.period("recentFilter")
    query.endedBefore = try parameters.period("olderFilter")
    query.isAdHoc = try parameters.flag("adhoc")
    query.jobIDs = parameters.all("jobIdListFilter").filter { !$0.isEmpty }
    query.excludedJobIDs = parameters.all("excludeJobIdListFilter").filter { !$0.isEmpty }
    query.jobPaths = parameters.all("jobListFilter").filter { !$0.isEmpty }
    query.excludedJobPaths = parameters.all("excludeJobListFilter").filter { !$0.isEmpty }
    query.nameContains = parameters.text("jobFilter")
    query.excludedNameContains = parameters.text("excludeJobFilter")
    query.name = parameters.text("jobExactFilter")
    query.excludedName = parameters.text("excludeJobExactFilter")
    query.group = try group(parameters, "groupPath", "groupPathExact")
    query.excludedGroup = try group(parameters, "excludeGroupPath", "excludeGroupPathExact")
    query.descriptionContains = parameters.text("descFilter")
    query.limit = try parameters.count("max") ?? defaultLimit
    query.offset = try parameters.count("offset") ?? 0
    return query
  }
}

extension ExecutionHistoryQuery {
  /// Throws a 400 for a type that Rundeck does not have.
  fileprivate mutating func select(type text: String?) throws(APIError) {
    guard let text else { return }
    switch RunType(rawValue: text) {
    case .user: origin = .request
    case .scheduled: origin = .schedule
    case .userScheduled: origin = .laterRequest
    case nil:
      throw .invalid(
        parameter: "executionTypeFilter", value: text,
        "It must be one of: scheduled, user, user-scheduled")
    }
  }
}

extension Parameters {
  /// A time: milliseconds since 1970, or `2026-11-22T16:40:00Z`. Throws the 400 of HIS-02.
  func instant(_ name: String) throws(APIError) -> Instant? {
    guard let text = text(name) else { return nil }
    if let milliseconds = Int64(text), milliseconds.magnitude < UInt64(Int64.max / 1000) {
      return Instant(microseconds: milliseconds * 1000)
    }
    guard let instant = Instant(iso8601: text) else {
      throw APIError(
        .badRequest, "api.error.history.date-format",
        "The parameter \"\(name)\" did not have a valid time or dateTime format: \(text)")
    }
    return instant
  }

  /// A period such as `2w`: s, n (minutes), h, d, w, m (30 days), y (365 days).
  func period(_ name: String) throws(APIError) -> Duration? {
    guard let text = text(name) else { return nil }
    let units: [Character: Int64] = [
      "s": 1, "n": 60, "h": 3_600, "d": 86_400, "w": 604_800, "m": 2_592_000, "y": 31_536_000,
    ]
    guard let unit = text.last.flatMap({ units[$0] }), let number = Int64(text.dropLast()),
      (0..<100_000).contains(number)
    else {
      throw .invalid(
        parameter: name, value: text, "Write it as a number and one of s, n, h, d, w, m, y")
    }
    return .seconds(number * unit)
  }
}
