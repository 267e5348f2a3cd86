import AgentGateway
import Cluster
import Cryptography
import Execution
import Hummingbird
import HummingbirdTesting
import Logging
import Logs
import Model
import Store

/// One member's conductor and gateway as a member composes them, serving on a socket.
struct WholeMember {
  let conductor: ExecutionConductor
  let gateway: AgentGateway
  let registry: AgentRegistry
  let signals: LogSignals
  let notices: ClusterNotices

  init(_ name: String, store: Store, sealer: EnvelopeSealer, lookInterval: Duration) {
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let term = Term(member: MemberID(name), incarnation: 1)
    let terms = CurrentTerm.fixed(term)
    signals = LogSignals(member: name)
    notices = ClusterNotices(store: store, session: MemberSession(name), logger: logger)
    registry = AgentRegistry(terms: terms)
    conductor = ExecutionConductor(
      store: store, terms: terms,
      time: .following(ContinuousClock(), from: Instant(microseconds: 1_700_000_000_000_000)),
      server: ServerNode(name: name, sidecar: .agent(named: "alpha"), url: "", uuid: name),
      sealer: sealer, commands: AgentDispatch(registry: registry, notices: notices),
      log: ConductorLog(store: store, signals: signals), logger: logger)
    var settings = GatewayMember.settings
    settings.lookInterval = lookInterval
    gateway = AgentGateway(
      store: store, terms: terms, registry: registry, seal: SpecificationSeal(sealer),
      signals: signals, notices: notices, executions: conductor, settings: settings,
      logger: logger)
  }

  /// Registers the member, runs it, and serves its gateway while `body` runs.
  func serving(
    in store: Store, name: String, _ body: @escaping @Sendable (_ url: String) async throws -> Void
  ) async throws {
    _ = try await store.ask.members.register(
      MemberFacts(id: MemberID(name), name: name, url: "", version: "1", hostname: name), after: nil
    )
    let heard = notices.notices()
    let tasks = [
      Task { [gateway] in try await gateway.run() },
      Task { [notices] in try await notices.run() },
      Task { [conductor] in try await conductor.run() },
    ]
    defer { for task in tasks { task.cancel() } }
    for await _ in heard { break }
    let router = Router()
    gateway.addRoutes(to: router)
    let application = Application(
      router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)))
    try await application.test(.live) { client in
      try await body("http://127.0.0.1:\(client.port ?? 0)")
      for agent in registry.connected { registry.disconnect(agent) }
    }
  }
}
