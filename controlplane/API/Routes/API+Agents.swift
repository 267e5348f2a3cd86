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
          ]
        }))
  }

  /// Makes a one-time token with which an agent enrols; `duration` says for how long (1 hour).
  func createEnrolment(_ request: APIRequest) async throws -> Response {
    var wish = request.query.text("duration")
    if case .json(let json) = try await request.body() { wish = json["duration"]?.scalar ?? wish }
    guard let enrolment = dependencies.enrolmentTokens else {
      throw APIError.unavailable("This member takes no agents")
    }
    let made = try await enrolment.create(
      by: try request.principal.user,
      validFor: try TokenWish.duration(wish) ?? .seconds(3_600))
    return .json(
      ["token": .text(made.token), "expires": .text(made.expires.iso8601)], status: .created)
  }
}
