import AgentGateway
import Cluster
import Cryptography
import Execution
import Logging
import Logs
import Model
import Store

/// One member's gateway with all that belongs to it; what the member carries is played.
final class GatewayMember: Sendable {
  /// Nobody pings and nobody looks unless a test says so: what happens then happens by notices.
  static let settings = AgentGateway.Settings(
    pingInterval: .seconds(3600), storePatience: .seconds(1), lookInterval: .seconds(3600))

  let term: Term
  let terms: CurrentTerm
  let registry: AgentRegistry
  let signals: LogSignals
  let notices: ClusterNotices
  let executions: PlayedExecutions
  let gateway: AgentGateway
  let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  init(
    _ name: String, store: Store, seal: SpecificationSeal, carrying carried: Set<ExecutionID>,
    settings: AgentGateway.Settings
  ) {
    term = Term(member: MemberID(name), incarnation: 1)
    terms = CurrentTerm(
      term, sent: .zero, trust: .seconds(1 << 30),
      time: MonotonicTime(read: { .zero }, wait: { _ in try await Task.sleep(for: .seconds(3600)) })
    )
    registry = AgentRegistry(terms: terms)
    signals = LogSignals(member: name)
    notices = ClusterNotices(store: store, session: MemberSession(name), logger: logger)
    executions = PlayedExecutions(carrying: carried)
    gateway = AgentGateway(
      store: store, terms: terms, registry: registry, seal: seal, signals: signals,
      notices: notices, executions: executions, settings: settings, logger: logger)
  }

  /// Runs the member; returns when it hears the others.
  func start() async -> [Task<Void, any Error>] {
    let heard = notices.notices()
    let tasks = [
      Task { [gateway] in try await gateway.run() },
      Task { [notices] in try await notices.run() },
    ]
    for await _ in heard { break }
    return tasks
  }
}
