import HTTPTypes
import Hummingbird
import Identity
import Model
import Store

extension API {
  /// Quarterdeck's own, beside Rundeck's.
  var agentRoutes: [Route] {
    [
      .api(.get, "/quarterdeck/agents", .read, .agent, listAgents),
      .api(.post, "/quarterdeck/agents/enrolment", .create, .agent, createEnrolment),
      .api(.delete, "/quarterdeck/agents/{id}", .delete, .agent, deleteAgent),
    ]
  }

  func listAgents(_ request: APIRequest) async throws -> Response {
    let agents = try await dependencies.store.ask.agents.all()
    return .json(
      .array(
        agents.map { agent in
          [
            "id": .text(agent.id.text), "name": .text(agent.name),
            "hostname": .text(agent.hostname), "version": .text(agent.version),
            "tags": .texts(agent.node.tags.sorted()), "attributes": .map(agent.node.attributes),
            "enrolled": agent.enrolledAt.json, "seen": agent.seenAt.json,
            "awayAfter": Self.seconds(agent.awayAfter), "lostAfter": Self.seconds(agent.lostAfter),
            "condition": Self.condition(of: agent),
          ]
        }))
  }

  /// What an agent last said of itself: `limited`, with the reasons, when something is in its steps' way.
  private static func condition(of agent: AgentRecord) -> JSON {
    guard let said = agent.statement, let at = agent.statedAt else { return .null }
    return [
      "state": .text(said.reasons.isEmpty ? "ok" : "limited"), "reasons": .texts(said.reasons),
      "stated": at.json,
      "spool": [
        "bytes": number(said.spoolBytes), "limit": said.spoolLimit.map(number) ?? .null,
        "free": number(said.freeBytes), "reserve": number(said.reserveBytes),
        "dropped": number(said.droppedBytes),
      ],
      "steps": [
        "running": number(said.running), "waiting": number(said.waiting),
        "blocked": number(said.blocked), "limit": said.stepLimit.map(number) ?? .null,
      ],
    ]
  }

  private static func number(_ value: UInt64) -> JSON { .integer(Int64(clamping: value)) }

  private static func seconds(_ duration: Duration?) -> JSON {
    duration.map { .integer($0.components.seconds) } ?? .null
  }

  /// Makes a one-time token with which an agent enrols; `duration` says for how long (1 hour). With `agent`, the name of
  /// an enrolled one, that agent gets a new credential and stays the node that it is.
  func createEnrolment(_ request: APIRequest) async throws -> Response {
    var duration = request.query.text("duration")
    var name = request.query.text("agent")
    if case .json(let json) = try await request.body() {
      duration = json["duration"]?.scalar ?? duration
      name = json["agent"]?.scalar ?? name
    }
    if let name { _ = try await agent(named: name) }
    let made = try await administration.createToken(
      by: try request.principal.user,
      validFor: try TokenWish.duration(duration) ?? .seconds(3_600), reenrolling: name)
    return .json(
      ["token": .text(made.token), "expires": .text(made.expires.iso8601)], status: .created)
  }

  /// Forgets the agent of that name: its credential is worth nothing from now on, and steps that it still ran count as
  /// lost.
  func deleteAgent(_ request: APIRequest) async throws -> Response {
    let name = request.path("id")
    guard try await administration.remove(try await agent(named: name).id) else {
      throw APIError.missing(agent: name)
    }
    return .noContent
  }

  private func agent(named name: String) async throws -> AgentRecord {
    guard let agent = try await dependencies.store.ask.agents.find(name: name) else {
      throw APIError.missing(agent: name)
    }
    return agent
  }

  private var administration: any AgentAdministration {
    get throws {
      guard let agents = dependencies.agents else {
        throw APIError.unavailable("This member takes no agents")
      }
      return agents
    }
  }
}
