import Glibc
import TestSupport

/// Two members over one PostgreSQL behind HAProxy, an agent beside each, with a project.
final class ClusterBench {
  let cluster: ClusterInstallation
  let server: ScratchPostgres
  private let balancer: SpawnedProcess
  var members: [Daemon] = []
  private var agents: [Daemon] = []

  init(settings: [String: String] = [:]) async throws {
    server = try await ScratchPostgres(isDurable: true)
    var settings = settings
    settings["quarterdeck.log.level"] = "warning"
    cluster = try ClusterInstallation(
      server: server, database: "postgres", members: 2, settings: settings)
    balancer = try await cluster.startBalancer()
    for seat in cluster.members { members.append(try await seat.start()) }
    try await cluster.untilServed()
    for seat in cluster.members {
      try await seat.agent.enrol(with: cluster.members[0].api)
      agents.append(try await seat.agent.start())
    }
    try await cluster.api.createProject("bench")
  }

  /// The member's own API.
  func api(_ index: Int) -> APIClient { cluster.members[index].api }

  func restart(_ index: Int) async throws {
    members[index] = try await cluster.members[index].start()
  }

  func stop() async {
    for daemon in agents + members { daemon.kill() }
    balancer.end(SIGKILL)
    await server.remove()
  }
}
