import Execution
import HTTPTypes
import Hummingbird
import Identity
import Model
import Store

extension API {
  var executionRoutes: [Route] {
    [
      .api(.get, "/execution/{id}", .read, .execution, getExecution),
      .api(.get, "/execution/{id}/state", .read, .execution, getState),
      .api(.post, "/execution/{id}/abort", .kill, .execution, abort),
      .api(.get, "/execution/{id}/abort", .kill, .execution, abort),
      .api(.delete, "/execution/{id}", .deleteExecution, .execution, deleteExecution),
      .api(.post, "/executions/delete", .deleteExecution, .execution, deleteExecutions),
    ]
  }

  func getExecution(_ request: APIRequest) async throws -> Response {
    let execution = try await requireExecution(request.path("id"))
    let details = try await dependencies.store.ask.executionHistory.details(of: [execution])
    return .json(execution.json(links, details: details))
  }

  func getState(_ request: APIRequest) async throws -> Response {
    let execution = try await requireExecution(request.path("id"))
    let body = StateBody(
      execution: execution, plan: try execution.plan(),
      states: try await dependencies.store.ask.stepStates.workflows(of: execution.id),
      serverNode: await dependencies.server.nodeName())
    return .json(body.json())
  }

  func abort(_ request: APIRequest) async throws -> Response {
    // Aborting by GET is documented, but only a page of our own may do that with a cookie.
    if case .session = try request.principal.credential, request.request.method == .get {
      throw APIError(
        .methodNotAllowed, "api.error.invalid.request", "Abort an execution with POST")
    }
    let text = request.path("id")
    let execution = try await requireExecution(text)
    var parameters = request.query
    if case .form(let form) = try await request.body() { parameters = parameters.merging(form) }
    let user = try await killUser(parameters.text("asUser"), request, text)
    let executions = dependencies.executions
    let answer =
      try parameters.flag("forceIncomplete") == true
      ? try await executions.endIncomplete(execution.id, by: user)
      : try await executions.abort(execution.id, by: user)
    var abort: JSON = ["status": .text(answer.state.rawValue)]
    abort.add("reason", answer.reason.map { .text($0) })
    return .json([
      "abort": abort,
      "execution": [
        "id": .text("\(answer.execution.id)"), "status": .text(answer.execution.status.rawValue),
        "href": .text(links.execution(answer.execution.id)),
        "permalink": .text(
          links.executionPage(answer.execution.id, project: answer.execution.project)),
      ],
    ])
  }

  private func killUser(
    _ asUser: String?, _ request: APIRequest, _ identifier: String
  ) async throws -> String {
    let user = try request.principal.user
    guard let asUser, asUser != user else { return user }
    try await authorize(request, .killAs, on: Resource(.execution, identifier: identifier))
    return asUser
  }

  func deleteExecution(_ request: APIRequest) async throws -> Response {
    let execution = try await requireExecution(request.path("id"))
    guard try await !dependencies.removal.remove([execution.id]).isEmpty else {
      throw APIError(
        .conflict, "api.error.exec.delete.failed",
        "The execution has not ended: \(execution.id)")
    }
    return .noContent
  }

  func deleteExecutions(_ request: APIRequest) async throws -> Response {
    let texts = try await Self.executionIDs(request)
    let numbers = texts.compactMap { Self.executionID($0) }
    let existing = try await dependencies.store.ask.executionHistory.existing(numbers)
    let deleted = try await dependencies.removal.remove(numbers)
    let failures = texts.compactMap { text -> JSON? in
      let id = Self.executionID(text)
      if let id, deleted.contains(id) { return nil }
      let isThere = id.map(existing.contains) ?? false
      let message = isThere ? "The execution has not ended: \(text)" : "Not found: \(text)"
      return ["id": .text(text), "message": .text(message)]
    }
    return .json(Self.deletion(of: texts.count, failures: failures))
  }

  /// Deletes the executions of a job, but for those that have not ended.
  func deleteJobExecutions(_ request: APIRequest) async throws -> Response {
    let job = try await requireJob(request.path("id"))
    let (deleted, unfinished) = try await dependencies.removal.remove(ofJob: job.id)
    let failures = unfinished.map { id -> JSON in
      ["id": .text("\(id)"), "message": .text("The execution has not ended: \(id)")]
    }
    return .json(
      Self.deletion(of: deleted.count + unfinished.count, failures: failures))
  }

  private static func deletion(of count: Int, failures: [JSON]) -> JSON {
    [
      "failures": .array(failures), "failedCount": .integer(Int64(failures.count)),
      "successCount": .integer(Int64(count - failures.count)),
      "allsuccessful": .boolean(failures.isEmpty), "requestCount": .integer(Int64(count)),
    ]
  }

  private static func executionIDs(_ request: APIRequest) async throws -> [String] {
    var texts = request.query.list("ids")
    if case .json(let json) = try await request.body() {
      texts += (json.elements ?? json["ids"]?.elements ?? []).compactMap(\.scalar)
    }
    guard !texts.isEmpty else { throw APIError.missing(parameter: "ids") }
    guard texts.count <= APILimits.listItems else {
      throw APIError.tooMany(texts.count, in: "ids")
    }
    var seen: Set<String> = []
    return texts.filter { seen.insert($0).inserted }
  }

  /// The number in a path; nil for what cannot be one.
  static func executionID(_ text: String) -> ExecutionID? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int64(text).flatMap { $0 > 0 ? ExecutionID($0) : nil }
  }

  /// The execution, or the 404 of EXE-02 to EXE-05 with the number as it was given.
  func requireExecution(_ text: String) async throws -> ExecutionRecord {
    guard let id = Self.executionID(text),
      let execution = try await dependencies.store.ask.executions.find(id)
    else { throw APIError.missing(execution: text) }
    return execution
  }
}
