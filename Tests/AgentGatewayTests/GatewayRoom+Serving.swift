import AgentGateway
import Hummingbird
import HummingbirdTesting
import TestSupport

extension GatewayRoom {
  /// A room whose gateway is served at `url` on a real socket; it pings nobody unless a test wants it.
  static func serving(
    _ engine: Engine, pingInterval: Duration = .seconds(10_000),
    _ body: @Sendable (GatewayRoom, _ url: String) async throws -> Void
  ) async throws {
    var settings = GatewayMember.settings
    settings.pingInterval = pingInterval
    try await GatewayRoom.with(engine, settings: settings) { room in
      let router = Router()
      room.gateway.addRoutes(to: router)
      let application = Application(
        router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)))
      try await application.test(.live) { client in
        try await body(room, "http://127.0.0.1:\(client.port ?? 0)")
        // The server waits for its connections to end.
        for agent in room.registry.connected { room.registry.disconnect(agent) }
      }
    }
  }
}
