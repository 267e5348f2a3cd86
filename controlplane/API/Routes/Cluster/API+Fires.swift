import Hummingbird
import Identity
import Model
import Store

extension API {
  var fireRoutes: [Route] {
    [.api(.get, "/quarterdeck/ledger/fires", .read, .system, listFires)]
  }

  /// The outcomes of due instants, the latest first: of a `project`, a `job`, a `member`, of one `outcome`, due after
  /// `begin` and up to `end`. A page has at most `max`; `after` is the `next` of the page before.
  func listFires(_ request: APIRequest) async throws -> Response {
    let query = try Self.fireQuery(request.query)
    let fires = try await dependencies.store.ask.fires.list(query)
    var body: JSON = ["fires": .array(fires.map(\.json))]
    if fires.count == query.limit, let last = fires.last {
      body.add("next", .text("\(last.dueAt.microseconds)/\(last.job.text)"))
    }
    return .json(body)
  }

  static func fireQuery(_ parameters: Parameters) throws(APIError) -> FireQuery {
    FireQuery(
      project: parameters.text("project"), job: parameters.text("job").map(JobID.init),
      kind: try fireKind(parameters.text("outcome")),
      member: parameters.text("member").map(MemberID.init),
      from: try parameters.instant("begin"), through: try parameters.instant("end"),
      after: try fireKey(parameters.text("after")),
      limit: Int(min(Int64(APILimits.listItems), try parameters.count("max") ?? 200)))
  }

  private static func fireKind(_ text: String?) throws(APIError) -> FireKind? {
    guard let text else { return nil }
    guard let kind = FireKind(rawValue: text) else {
      throw .invalid(
        parameter: "outcome", value: text, "It must be one of: ran, missed, skipped")
    }
    return kind
  }

  private static func fireKey(_ text: String?) throws(APIError) -> FireKey? {
    guard let text else { return nil }
    let parts = text.split(separator: "/", maxSplits: 1)
    guard parts.count == 2, let due = Int64(parts[0]) else {
      throw .invalid(parameter: "after", value: text, "It must be the \"next\" of another page")
    }
    return FireKey(job: JobID(String(parts[1])), dueAt: Instant(microseconds: due))
  }
}

extension FireRecord {
  /// An outcome as the ledger's answers show it.
  var json: JSON {
    let kind: FireKind
    var reason: FireReason?
    var execution: ExecutionID?
    switch outcome {
    case .ran(let id): (kind, execution) = (.ran, id)
    case .missed(let why): (kind, reason) = (.missed, why)
    case .skipped(let why): (kind, reason) = (.skipped, why)
    }
    var body: JSON = [
      "job": .text(job.text), "project": .text(project), "due": .text(dueAt.iso8601),
      "outcome": .text(kind.rawValue),
    ]
    body.add("reason", reason.map { .text($0.rawValue) })
    body.add("detail", detail.map { .text($0) })
    body.add("execution", execution.map { .integer($0.number) })
    body.add("member", .text(term.member.text))
    body.add("incarnation", .integer(term.incarnation))
    body.add("settled", .text(settledAt.iso8601Milliseconds))
    body.add("latenessMicroseconds", .integer(settledAt.microseconds - dueAt.microseconds))
    return body
  }
}
