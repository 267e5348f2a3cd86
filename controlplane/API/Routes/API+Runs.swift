import Execution
import HTTPTypes
import Hummingbird
import Identity
import Model
import Store

extension API {
  var runRoutes: [Route] {
    [
      .api(.post, "/job/{id}/run", .run, .job, runJob),
      .api(.post, "/job/{id}/executions", .run, .job, runJob),
      .api(.get, "/job/{id}/executions", .viewHistory, .job, jobExecutions),
      .api(.delete, "/job/{id}/executions", .deleteExecution, .job, deleteJobExecutions),
    ] + jobRetryRoutes
  }

  func runJob(_ request: APIRequest) async throws -> Response {
    let id = JobID(request.path("id"))
    let wish = try RunWish(request.query, try await request.body())
    let principal = try request.principal
    let user = try await user(wish.asUser, request, .job, id.text)
    var runAt: Instant?
    if let time = wish.runAtTime {
      runAt = try RunWish.instant(time, after: try await dependencies.store.now())
    }
    let record = try await dependencies.executions.launch(
      RunRequest(
        .job(id), argString: wish.argString, options: wish.options,
        optionLists: wish.optionLists, nodeFilter: wish.filter,
        logLevel: try wish.checkedLogLevel(), user: user, roles: principal.roles,
        runAt: runAt))
    return .json(record.json(links))
  }

  /// Whose run it is: `asUser` needs the action `runAs`.
  func user(
    _ asUser: String?, _ request: APIRequest, _ kind: Resource.Kind, _ identifier: String?
  ) async throws -> String {
    let user = try request.principal.user
    guard let asUser, asUser != user else { return user }
    try await authorize(request, .runAs, on: Resource(kind, identifier: identifier))
    return asUser
  }

  func jobExecutions(_ request: APIRequest) async throws -> Response {
    let parameters = request.query
    var query = ExecutionHistoryQuery()
    query.status = parameters.text("status")
    query.limit = try parameters.count("max")
    query.offset = try parameters.count("offset") ?? 0
    let job = try await requireJob(request.path("id"))
    query.jobIDs = [job.id.text]
    if request.version >= 50 {
      query.includesReferences = try parameters.flag("includeJobRef") ?? false
    }
    return .json(try await page(query))
  }

  /// A page of executions with the outcomes of their nodes.
  func page(_ query: ExecutionHistoryQuery) async throws -> JSON {
    let history = dependencies.store.ask.executionHistory
    let page = try await history.page(query)
    let details = try await history.details(of: page.executions)
    return page.json(links, query: query, details: details)
  }
}

/// What a request to run a job asks for; a JSON body stands alone, else query and form count.
struct RunWish: Sendable {
  var argString: String?
  var options: [String: String] = [:]
  /// Options with several values, which their own delimiter joins.
  var optionLists: [String: [String]] = [:]
  var logLevel: String?
  var asUser: String?
  var filter: String?
  var runAtTime: String?

  init(_ query: Parameters, _ body: RequestBodyContent) throws(APIError) {
    switch body {
    case .json(let json): try self.init(json)
    case .form(let form): self.init(query.merging(form))
    case .multipart(let parts): self.init(query.merging(Parameters(fieldsOf: parts)))
    case .empty, .other: self.init(query)
    }
  }

  init(_ parameters: Parameters) {
    argString = parameters.text("argString")
    logLevel = parameters.text("loglevel")
    asUser = parameters.text("asUser")
    filter = parameters.text("filter")
    runAtTime = parameters.text("runAtTime")
    for pair in parameters.pairs where pair.name.hasPrefix("option.") {
      let name = String(pair.name.dropFirst("option.".count))
      optionLists[name, default: []].append(pair.value)
    }
    separateSingleValues()
    if !options.isEmpty || !optionLists.isEmpty { argString = nil }
  }

  init(_ json: JSON) throws(APIError) {
    guard json.members != nil else {
      throw .invalidRequest("The request body must be an object, not \(json.kindName)")
    }
    argString = json["argString"]?.scalar
    logLevel = json["loglevel"]?.scalar
    asUser = json["asUser"]?.scalar
    filter = json["filter"]?.scalar
    runAtTime = json["runAtTime"]?.scalar
    guard let given = json["options"], given != .null else { return }
    guard let members = given.members else {
      throw .invalid(parameter: "options", value: given.kindName, "It must be an object")
    }
    for member in members where member.value != .null {
      let values = member.value.scalar.map { [$0] } ?? member.value.elements?.compactMap(\.scalar)
      guard let values else {
        throw .invalid(
          parameter: "options.\(member.key)", value: member.value.kindName,
          "It must be a text or a list of texts")
      }
      optionLists[member.key] = values
    }
    separateSingleValues()
    if !options.isEmpty || !optionLists.isEmpty { argString = nil }
  }

  private mutating func separateSingleValues() {
    for (name, values) in optionLists where values.count == 1 {
      options[name] = values[0]
      optionLists[name] = nil
    }
  }

  /// A time as `runAtTime` gives it. Throws a 400 for one that is none or has passed.
  ///
  /// A plus sign before the zone that a client did not escape in a query arrives as a space.
  static func instant(_ text: String, after now: Instant) throws(APIError) -> Instant {
    guard let instant = Instant(iso8601: text.replacing(" ", with: "+")) else {
      throw .invalid(
        parameter: "runAtTime", value: text,
        "Write it as 2016-11-23T12:20:55-0800, with or without milliseconds")
    }
    guard instant > now else {
      throw .invalid(parameter: "runAtTime", value: text, "It must be in the future")
    }
    return instant
  }

  func checkedLogLevel() throws(APIError) -> String? {
    guard let logLevel else { return nil }
    guard let level = JobLogLevel(rawValue: logLevel.uppercased()) else {
      let allowed = JobLogLevel.allCases.map(\.rawValue).joined(separator: ", ")
      throw .invalid(parameter: "loglevel", value: logLevel, "It must be one of: \(allowed)")
    }
    return level.rawValue
  }
}

extension Parameters {
  /// The fields of a multipart body that are no files.
  init(fieldsOf parts: [MultipartPart]) {
    self.init()
    for part in parts where part.fileName == nil {
      add(part.name, String(decoding: part.bytes, as: UTF8.self))
    }
  }
}
