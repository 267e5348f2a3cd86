import Execution
import HTTPTypes
import Hummingbird
import Identity
import Model
import Store

extension API {
  var jobRetryRoutes: [Route] {
    [.api(.post, "/job/{id}/retry/{execution}", since: 24, .run, .job, retryJob)]
  }

  /// Runs a job again with the values of one of its executions, where the request has no others: on the nodes that failed
  /// then, or with `failedNodes=false` on all nodes of then.
  func retryJob(_ request: APIRequest) async throws -> Response {
    let job = try await requireJob(request.path("id"))
    let text = request.path("execution")
    let execution = try await requireExecution(text)
    guard execution.jobID == job.id else { throw APIError.missing(execution: text) }
    try await authorize(request, .read, on: Resource(.execution, identifier: text))
    guard execution.status.isFinal else {
      throw APIError.invalidRequest("The execution has not ended: \(text)")
    }
    let body = try await request.body()
    let wish = try RunWish(request.query, body)
    let filter = try await retryFilter(
      of: execution, onlyFailed: try Self.onlyFailed(request.query, body))
    let run = RunRequest(
      retrying: execution, wish, nodeFilter: filter, logLevel: try wish.checkedLogLevel(),
      user: try await user(wish.asUser, request, .job, job.id.text),
      roles: try request.principal.roles)
    return .json(try await dependencies.executions.launch(run).json(links))
  }

  /// `failedNodes`: everything but `false` means those alone.
  private static func onlyFailed(
    _ query: Parameters, _ body: RequestBodyContent
  ) throws(APIError) -> Bool {
    let text: String? =
      switch body {
      case .json(let json): json["failedNodes"]?.scalar ?? query.text("failedNodes")
      case .form(let form): query.merging(form).text("failedNodes")
      case .multipart, .empty, .other: query.text("failedNodes")
      }
    switch text?.lowercased() {
    case nil, "", "true": return true
    case "false": return false
    case let other?:
      throw .invalid(parameter: "failedNodes", value: other, "It must be true or false")
    }
  }

  /// The nodes to run on; nil for those that the job says itself.
  private func retryFilter(
    of execution: ExecutionRecord, onlyFailed: Bool
  ) async throws -> String? {
    guard onlyFailed else { return execution.chosenFilter }
    guard let filter = execution.nodeFilter, !filter.isEmpty else { return nil }
    let details = try await dependencies.store.ask.executionHistory.details(of: [execution])
    let failed = (details.outcomes[execution.id]?.failed ?? []).filter { !$0.isEmpty }
    guard !failed.isEmpty else {
      throw APIError.invalidRequest(
        "No node of execution \(execution.id) failed; failedNodes=false runs the job on the same nodes"
      )
    }
    let names = failed.joined(separator: ",")
    return names.contains(" ") ? "name: \"\(names)\"" : "name: \(names)"
  }
}

extension ExecutionRecord {
  /// Its node filter, when it is not its job's own.
  fileprivate var chosenFilter: String? {
    guard let job = try? job(), job.nodesSelectedByDefault, job.nodeFilter?.filter == nodeFilter
    else { return nodeFilter }
    return nil
  }
}

extension RunRequest {
  fileprivate init(
    retrying execution: ExecutionRecord, _ wish: RunWish, nodeFilter: String?, logLevel: String?,
    user: String, roles: Set<String>
  ) {
    let inherits = wish.argString == nil
    self.init(
      execution.jobID.map(Subject.job) ?? .job(JobID("")), argString: wish.argString,
      options: (inherits ? execution.options : [:]).merging(wish.options) { _, new in new },
      nodeFilter: wish.filter ?? nodeFilter, logLevel: logLevel ?? execution.logLevel, user: user,
      roles: roles)
    secureOptionsOf = inherits ? execution.id : nil
  }
}
