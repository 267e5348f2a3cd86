import AgentGateway
import Cluster
import Cryptography
import Daemon
import Execution
import Keys
import LogStorage
import Logs
import Model
import Notifications
import Plugins
import Store

/// What carries executions on a member: the conductor decides, the gateway speaks to the agents.
struct ExecutionServices: Sendable {
  let conductor: ExecutionConductor
  let gateway: AgentGateway
  let registry: AgentRegistry
  /// Told of each growth of a log.
  let signals: LogSignals
  let node: ServerNode
  /// What plugins do outside of jobs.
  let errands: PluginErrands
  let options: OptionDesk
  let keys: SealedKeys
}

extension ControlPlane {
  /// The conductor commands through the registry of streams, and the gateway delivers what agents report
  /// to the conductor, wherever it is.
  func executions(
    _ member: StartedMember, sealer: EnvelopeSealer, storage: LogStorageService,
    notifications: NotificationService, plugins: PluginShelf
  ) -> ExecutionServices {
    let signals = LogSignals(member: database.session.name)
    let registry = AgentRegistry(terms: member.terms)
    let node = serverNode(uuid: member.terms.last.member.text)
    let output = StepOutput.logs(LogReader(store: member.store, stored: storage.source))
    let keys = SealedKeys(store: member.store, sealer: sealer)
    let lists = optionValueErrands
    let options = optionDesk(member.store, node, keys, plugins: lists)
    let conductor = ExecutionConductor(
      store: member.store, terms: member.terms, time: member.time, server: node, sealer: sealer,
      commands: AgentDispatch(registry: registry, notices: member.notices),
      log: ConductorLog(store: member.store, signals: signals) { storage.wake() },
      output: output,
      tools: MemberTools(
        store: member.store, files: configuration.stepFiles, limits: configuration.stepLimits,
        plugins: pluginTools(plugins, member.store), keys: keys),
      cluster: conductorCluster(member, notifications), options: options,
      timing: conductorTiming, logger: logger)
    let gateway = AgentGateway(
      store: member.store, terms: member.terms, registry: registry,
      seal: SpecificationSeal(sealer), signals: signals, notices: member.notices,
      executions: conductor,
      settings: AgentGateway.Settings(pingInterval: configuration[ControlPlaneKeys.agentPing]),
      logger: logger)
    let errands = PluginErrands(
      store: member.store, control: conductor, output: output,
      removal: removal(member.store, storage))
    lists.connect { await errands.run($0) }
    return ExecutionServices(
      conductor: conductor, gateway: gateway, registry: registry, signals: signals, node: node,
      errands: errands, options: options, keys: keys)
  }

  private func conductorCluster(
    _ member: StartedMember, _ notifications: NotificationService
  ) -> ConductorCluster {
    let (notices, id) = (member.notices, member.terms.last.member)
    return ConductorCluster(
      choice: member.directory, announceHanded: { notices.announce(.executionsHanded(to: $0)) },
      handed: { notices.handed(to: id) }, announceNotifications: { notifications.wake() })
  }

  private var conductorTiming: ConductorTiming {
    ConductorTiming(
      agentWait: configuration[ControlPlaneKeys.agentWait],
      // Each agent's last sight is noted once in a ping interval.
      agentAway: max(.seconds(45), configuration[ControlPlaneKeys.agentPing] * 3),
      agentLost: configuration[ControlPlaneKeys.agentLost])
  }

  private func serverNode(uuid: String) -> ServerNode {
    let rule = configuration[ControlPlaneKeys.sidecar].map(SidecarRule.agent(named:))
    var server = ServerNode(
      name: Host.name, sidecar: rule ?? .hostname(Host.name), url: serverURL, uuid: uuid,
      member: configuration[ControlPlaneKeys.memberName],
      globals: configuration.stepGlobals)
    server.expandsTokens = configuration[StepKeys.tokenExpansion]
    return server
  }
}

extension StepOutput {
  /// What steps printed, as it is in the logs.
  fileprivate static func logs(_ reader: LogReader) -> StepOutput {
    StepOutput { execution, key, from throws(StepOutput.Failure) in
      do throws(LogError) {
        let page = try await reader.page(
          of: execution, from: from, selecting: LogSelection(node: key.node, step: key.step))
        return Page(
          lines: page.entries.filter { $0.source == .standardOutput }.map(\.text),
          next: page.isComplete ? nil : page.nextPosition)
      } catch {
        throw error.isRetryable ? .unavailable("\(error)") : .unreadable("\(error)")
      }
    }
  }
}

extension ClusterNotices {
  /// An element whenever the member may have been given executions.
  fileprivate func handed(to member: MemberID) -> AsyncStream<Void> {
    let notices = notices()
    return AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      let task = Task {
        for await notice in notices
        where notice == .executionsHanded(to: member) || notice == .unknown {
          continuation.yield()
        }
        continuation.finish()
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }
}
