import Cluster
import HTTPTypes
import Hummingbird
import Identity
import Model
import Store

extension API {
  var memberRoutes: [Route] {
    [
      .api(.get, "/quarterdeck/cluster/members", .read, .system, listMembers),
      .api(.get, "/quarterdeck/cluster/time", .read, .system) { _ in
        .json(["time": .text(try await dependencies.store.now().iso8601Milliseconds)])
      },
      .api(.post, "/quarterdeck/cluster/drain", .admin, .system, drain),
      .api(
        .post, "/enterprise/cluster/executions/enable", since: 41, .enableExecutions, .system
      ) { try await setMode(.active, $0) },
      .api(
        .post, "/enterprise/cluster/executions/disable", since: 41, .disableExecutions, .system
      ) { try await setMode(.passive, $0) },
      .api(.get, "/job/{id}/carrier", .read, .job, whoWouldCarry),
    ]
  }

  /// All members that ever registered, with what they own and how they are.
  func listMembers(_ request: APIRequest) async throws -> Response {
    let view = try await cluster.view()
    return .json(.array(view.members.map { $0.json(here: scheduling.owner) }))
  }

  /// Asks the member `uuid`, or this one, to hand over and to end; the answer does not wait for it.
  func drain(_ request: APIRequest) async throws -> Response {
    let member = request.query.text("uuid").map(MemberID.init) ?? scheduling.owner
    do {
      try await named(member) {
        try await cluster.drain(member, by: try request.principal.user)
      }
    } catch let refusal as DrainRefused {
      throw APIError(.conflict, "api.error.member.drain", refusal.reason)
    }
    return .json(["uuid": .text(member.text), "status": "draining"], status: .accepted)
  }

  /// The documented change of a member's mode: `complete` on this member, `pending` for another one.
  private func setMode(_ mode: ExecutionMode, _ request: APIRequest) async throws -> Response {
    guard let uuid = request.query.text("uuid") else { throw APIError.missing(parameter: "uuid") }
    let user = try request.principal.user
    let answer = try await named(MemberID(uuid)) {
      try await cluster.set(mode, of: MemberID(uuid), by: user)
    }
    return .json([
      "status": .text(answer.status.rawValue),
      "executionMode": .text(answer.executionMode.rawValue),
      "uuid": .text(answer.uuid.text),
    ])
  }

  /// Which member would carry a run of the job now, and why: the policy is asked, nothing runs.
  func whoWouldCarry(_ request: APIRequest) async throws -> Response {
    let job = try await requireJob(request.path("id"))
    return .json(try await cluster.whoWouldCarry(project: job.project).json)
  }

  /// Answers 404 where the store knows no such member.
  private func named<Answer>(
    _ member: MemberID, _ body: () async throws -> Answer
  ) async throws -> Answer {
    do {
      return try await body()
    } catch StoreError.notFound(kind: "member", _) {
      throw APIError(
        .notFound, "api.error.item.doesnotexist", "Member does not exist: \(member.text)")
    }
  }

  /// What this member knows of the others.
  var cluster: any ClusterControl {
    get throws {
      guard let cluster = dependencies.cluster else {
        throw APIError.unavailable("This member is part of no cluster")
      }
      return cluster
    }
  }
}

extension ClusterView.Member {
  fileprivate func json(here: MemberID) -> JSON {
    var body: JSON = [
      "uuid": .text(record.id.text), "name": .text(record.name), "url": .text(record.url),
      "version": .text(record.version), "hostname": .text(record.hostname),
      "tags": .texts(record.tags), "state": .text(state.rawValue), "mode": .text(mode.rawValue),
      "incarnation": .integer(record.incarnation), "self": .boolean(record.id == here),
      "started": record.startedAt.json,
      "heartbeat": record.heartbeatAt.json,
      "heartbeatAge": .integer(heartbeatAge.wholeMilliseconds),
      "load": [
        "running": .integer(Int64(record.load.running)),
        "capacity": .integer(Int64(record.load.capacity)),
        "cpu": .real(Double(record.load.cpuPermille) / 1_000),
      ],
      "schedules": .integer(Int64(schedules)), "executions": .integer(Int64(executions)),
    ]
    body.add("fenced", record.fencedAt?.json)
    body.add("fencedBy", record.fencedBy.map { .text($0.text) })
    body.add("left", record.leftAt?.json)
    return body
  }
}

extension RemoteExecutionDecision {
  /// A decision as executions and the question who would carry a job show it.
  var json: JSON {
    var body: JSON = ["policy": .text(policy)]
    body.add("profile", profile.map { .text($0) })
    body.add("candidates", .texts(candidates.map(\.text)))
    body.add(
      "excluded",
      .array(
        excluded.map { ["member": .text($0.member.text), "reason": .text($0.reason)] }))
    body.add("chosen", .optional(chosen?.text))
    body.add("reason", .text(reason))
    body.add("criteria", .map(criteria))
    return body
  }
}

extension Duration {
  /// Rounded down.
  fileprivate var wholeMilliseconds: Int64 {
    components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
  }
}
