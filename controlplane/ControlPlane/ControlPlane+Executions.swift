import AgentGateway
import Cluster
import Cryptography
import Daemon
import Execution
import Logs
import Model
import Store

/// What carries executions on a member: the conductor decides, the gateway speaks to the agents.
struct ExecutionServices: Sendable {
  let conductor: ExecutionConductor
  let gateway: AgentGateway
  let registry: AgentRegistry
  let notices: ClusterNotices
  let node: ServerNode
}

extension ControlPlane {
  /// The conductor commands through the registry of streams, and the gateway delivers what agents report
  /// to the conductor.
  func executions(store: Store, term: Term, sealer: EnvelopeSealer) -> ExecutionServices {
    let signals = LogSignals(member: "\(term)")
    let terms = CurrentTerm.fixed(term)
    let notices = ClusterNotices(
      store: store, session: MemberSession("\(term)-\(SecureRandom.uuid())"), logger: logger)
    let registry = AgentRegistry(terms: terms)
    let node = serverNode(uuid: term.member.text)
    let conductor = ExecutionConductor(
      store: store, term: term, server: node, sealer: sealer,
      commands: AgentDispatch(registry: registry, notices: notices),
      log: ConductorLog(store: store, signals: signals),
      timing: ConductorTiming(
        agentWait: configuration[ControlPlaneKeys.agentWait],
        // Each agent's last sight is noted once in a ping interval.
        agentAway: max(.seconds(45), configuration[ControlPlaneKeys.agentPing] * 3),
        agentLost: configuration[ControlPlaneKeys.agentLost]),
      logger: logger)
    let gateway = AgentGateway(
      store: store, terms: terms, registry: registry, seal: SpecificationSeal(sealer),
      signals: signals, notices: notices, executions: conductor,
      settings: AgentGateway.Settings(pingInterval: configuration[ControlPlaneKeys.agentPing]),
      logger: logger)
    return ExecutionServices(
      conductor: conductor, gateway: gateway, registry: registry, notices: notices, node: node)
  }

  private func serverNode(uuid: String) -> ServerNode {
    let rule = configuration[ControlPlaneKeys.sidecar].map(SidecarRule.agent(named:))
    return ServerNode(
      name: Host.name, sidecar: rule ?? .hostname(Host.name), url: serverURL, uuid: uuid)
  }
}
