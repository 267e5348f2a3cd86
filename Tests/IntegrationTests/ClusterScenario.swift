import Glibc
import TestSupport

/// A cluster of members over a PostgreSQL server, with its agents and its load balancer, running, with a project.
struct ClusterScenario {
  let cluster: ClusterInstallation
  let balancer: SpawnedProcess
  var members: [Daemon]
  var agents: [Daemon]
  /// The API through the load balancer.
  var api: APIClient { cluster.api }

  /// Runs `body` on a fresh cluster and stops everything afterwards.
  static func run(
    members count: Int = 3, settings: [String: String] = [:],
    _ body: (inout ClusterScenario) async throws -> Void
  ) async throws {
    try await Slots.processes.with {
      let server = try await ScratchPostgres.shared()
      let database = try await server.createDatabase()
      let cluster = try ClusterInstallation(
        server: server, database: database, members: count, settings: settings)
      var scenario = try await start(cluster)
      do {
        try await scenario.api.createProject("test")
        try await body(&scenario)
      } catch {
        throw Failed(error: error, logs: (scenario.members + scenario.agents).map(\.process.output))
      }
      for daemon in scenario.agents + scenario.members { daemon.kill() }
      scenario.balancer.end(SIGKILL)
      try await server.dropDatabase(database)
    }
  }

  private static func start(_ cluster: ClusterInstallation) async throws -> ClusterScenario {
    let balancer = try await cluster.startBalancer()
    var members: [Daemon] = []
    for seat in cluster.members { members.append(try await seat.start()) }
    try await cluster.untilServed()
    var agents: [Daemon] = []
    for seat in cluster.members {
      try await seat.agent.enrol(with: cluster.members[0].api)
      agents.append(try await seat.agent.start())
    }
    return ClusterScenario(cluster: cluster, balancer: balancer, members: members, agents: agents)
  }

  /// The member's own API.
  func api(_ index: Int) -> APIClient { cluster.members[index].api }

  /// Imports a job with a crontab through that member, which owns its schedule then.
  func importScheduled(_ name: String, crontab: String, command: String, through index: Int)
    async throws -> String
  {
    try await api(index).importJob(
      """
      - name: \(name)
        multipleExecutions: true
        schedule:
          crontab: '\(crontab)'
        timeZone: UTC
        sequence:
          keepgoing: false
          strategy: node-first
          commands:
          - exec: \(command)
      """, into: "test")
  }

  /// The state of a member as another one sees it.
  func state(of index: Int, seenBy other: Int) async throws -> String? {
    let name = cluster.members[index].name
    return try await api(other).json("GET", "/quarterdeck/cluster/members").items
      .first { $0.name.text == name }?.state.text
  }

  /// What went wrong, with what the daemons logged.
  struct Failed: Error, CustomStringConvertible {
    let error: any Error
    let logs: [String]
    var description: String {
      "\(error)\n" + logs.map { "---\n\($0.suffix(4_000))" }.joined(separator: "\n")
    }
  }
}
