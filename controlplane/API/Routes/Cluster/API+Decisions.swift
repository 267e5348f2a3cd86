import Hummingbird
import Identity
import Model
import Store

extension API {
  var decisionRoutes: [Route] {
    [.api(.get, "/quarterdeck/cluster/decisions", .read, .system, listDecisions)]
  }

  /// The log of decisions, the latest first: of a `kind` (several by commas), by or about a `member`, about a `job`, an
  /// `execution` or a `project`, from `begin` to `end`. A page has at most `max`; `before` is the `next` of the page
  /// before.
  func listDecisions(_ request: APIRequest) async throws -> Response {
    let query = try Self.decisionQuery(request.query)
    let decisions = try await dependencies.store.ask.decisions.list(query)
    var body: JSON = ["decisions": .array(decisions.map(\.json))]
    if decisions.count == query.limit, let last = decisions.last {
      body.add("next", .integer(last.id))
    }
    return .json(body)
  }

  static func decisionQuery(_ parameters: Parameters) throws(APIError) -> DecisionQuery {
    let kinds = parameters.list("kind")
    var execution: ExecutionID?
    if let text = parameters.text("execution") {
      guard let id = executionID(text) else {
        throw .invalid(parameter: "execution", value: text, "It must be an execution's number")
      }
      execution = id
    }
    return DecisionQuery(
      kinds: kinds.isEmpty ? nil : kinds.map(DecisionKind.init(rawValue:)),
      member: parameters.text("member").map(MemberID.init),
      job: parameters.text("job").map(JobID.init), execution: execution,
      project: parameters.text("project"), from: try parameters.instant("begin"),
      through: try parameters.instant("end"), before: try parameters.count("before"),
      limit: Int(min(Int64(APILimits.listItems), try parameters.count("max") ?? 200)))
  }
}

extension DecisionRecord {
  /// A decision as the log's answers show it.
  var json: JSON {
    var body: JSON = [
      "id": .integer(id), "at": .text(at.iso8601Milliseconds),
      "kind": .text(decision.kind.rawValue), "member": .text(decision.member.text),
    ]
    body.add("subject", decision.subject.map { .text($0.text) })
    body.add("job", decision.job.map { .text($0.text) })
    body.add("execution", decision.execution.map { .integer($0.number) })
    body.add("project", decision.project.map { .text($0) })
    body.add("reason", .text(decision.reason))
    // What was considered is stored as JSON; what does not read as that is shown as it is.
    body.add(
      "detail", decision.detail.map { (try? JSON.read(Array($0.utf8))) ?? .text($0) })
    return body
  }
}
