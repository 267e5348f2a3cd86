import API
import AgentGateway
import Daemon
import Execution
import Hummingbird
import Identity
import LogStorage
import Logs
import Model
import Plugins
import Scheduler
import Store

extension ControlPlane {
  /// Rundeck's API and the agents' paths on one port.
  func router(
    _ member: StartedMember, _ executions: ExecutionServices, _ cluster: ClusterServices,
    storage: LogStorageService, plugins: PluginShelf, startedAt: Instant
  ) -> Router<APIContext> {
    let store = member.store
    let now: @Sendable () -> Instant = { .wallClock() }
    let dependencies = APIDependencies(
      store: store, removal: removal(store, storage), options: executions.options,
      keys: executions.keys,
      executions: executions.conductor,
      logs: LogReader(
        store: store, stored: storage.source, globalFilters: configuration.globalLogFilters),
      signals: executions.signals,
      tokens: TokenAuthenticator(
        store: store,
        staticTokens: configuration[ControlPlaneKeys.tokensFile].map(StaticTokens.init(path:))),
      sessions: WebSessions(store: store),
      login: Login(
        store: store, realm: configuration[ControlPlaneKeys.realmFile].map(RealmFile.init(path:)),
        now: now),
      agents: GatewayAdministration(gateway: executions.gateway),
      cluster: cluster.office, logStorage: storage, plugins: plugins,
      server: serverFacts(store, executions.node, startedAt: startedAt),
      timeZone: member.settings.timeZone,
      limits: limits, metrics: .process,
      gauges: {
        let outbox = try? await store.ask.notifications.counts()
        return [
          "quarterdeck_notifications_waiting": Int(outbox?.waiting ?? 0),
          "quarterdeck_notifications_dead": Int(outbox?.dead ?? 0),
          "quarterdeck_executions_carried": await executions.conductor.carriedCount,
          "quarterdeck_agents_connected": executions.registry.connected.count,
          "quarterdeck_schedules_owned": await cluster.scheduler.status().schedules,
        ]
      }, now: now)
    let router = API.makeRouter(dependencies)
    executions.gateway.addRoutes(to: router)
    return router
  }

  private var limits: APILimits {
    let longest = configuration[ControlPlaneKeys.maximumTokenDuration]
    return APILimits(
      bodyBytes: configuration[ControlPlaneKeys.bodyLimit],
      bodyTime: configuration[ControlPlaneKeys.bodyTimeout],
      tokenLifetime: longest == .zero ? nil : longest,
      optionFileBytes: configuration[OptionKeys.fileLimit],
      optionFileTime: configuration[OptionKeys.fileExpiration],
      keyBytes: configuration[KeyStorageKeys.limit])
  }

  private func serverFacts(
    _ store: Store, _ node: ServerNode, startedAt: Instant
  ) -> ServerFacts {
    ServerFacts(
      url: serverURL, uuid: node.uuid, version: ControlPlaneVersion.text, base: state.path,
      startedAt: startedAt,
      nodeName: {
        let sidecar = try? await store.ask.executions.launchFacts(
          job: nil, project: nil, sidecar: node.sidecar, on: MemberID(node.uuid)
        ).sidecar
        return sidecar?.node.name ?? node.name
      })
  }
}

/// What the API asks of the gateway.
private struct GatewayAdministration: AgentAdministration {
  let gateway: AgentGateway

  func createToken(
    by user: String, validFor: Duration, reenrolling name: String?
  ) async throws -> (token: String, expires: Instant) {
    let token = try await gateway.enrolment.createToken(
      validFor: validFor, by: user, reenrolling: name)
    return (token.text, token.expiresAt)
  }

  func remove(_ agent: AgentID) async throws -> Bool { try await gateway.revoke(agent) }
}
