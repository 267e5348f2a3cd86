import Glibc
public import TestSupport

/// A cluster under a workload, to which faults happen at random, round by round; then the audit.
///
/// The seed decides faults, edits and runs on demand; how long things take does not repeat. A run fails when
/// an instant has no outcome or more than one, when an execution does not end, when a step started twice, or when a
/// record is not what the steps printed.
public struct ChaosRun {
  let cluster: ClusterInstallation
  let server: ScratchPostgres
  var workload: Workload
  var random: SeededGenerator
  public internal(set) var report: ChaosReport
  /// The members and agents that run, by number from 0.
  var members: [Int: Daemon] = [:]
  var agents: [Int: Daemon] = [:]
  var records: RecordCheck
  let say: @Sendable (String) -> Void
  static let project = "chaos"

  /// - Parameters:
  ///   - server: a PostgreSQL server of its own, which the run restarts.
  ///   - say: takes a line for each round.
  public init(
    seed: UInt64, scale: Workload.Scale, server: ScratchPostgres, members: Int = 3,
    say: @escaping @Sendable (String) -> Void
  ) throws {
    self.server = server
    self.say = say
    cluster = try ClusterInstallation(server: server, database: "postgres", members: members)
    let folder = try cluster.makeFolder("records")
    workload = Workload(scale, folder: folder)
    random = SeededGenerator(seed: seed)
    report = ChaosReport(seed: seed)
    records = RecordCheck(folder: folder)
  }

  /// Lets `rounds` faults happen and answers what came of it.
  public mutating func run(rounds: Int) async throws -> ChaosReport {
    let balancer = try await cluster.startBalancer()
    defer { balancer.end(SIGKILL) }
    try await begin()
    for round in 1...rounds {
      try await self.round(round)
      if round.isMultiple(of: 25) { try await check("after round \(round)") }
    }
    try await finish()
    return report
  }

  private mutating func begin() async throws {
    for seat in cluster.members { members[seat.number - 1] = try await seat.start() }
    try await cluster.untilServed()
    for seat in cluster.members {
      try await seat.agent.enrol(with: cluster.api)
      agents[seat.number - 1] = try await seat.agent.start()
    }
    try await cluster.api.createProject(Self.project)
    report.beganAt = try await now()
    for index in workload.jobs.indices { try await importJob(index, through: cluster.api) }
    say("\(workload.jobs.count) schedules on \(members.count) members")
  }

  /// One round: edits, perhaps a long run on demand, the fault, and until the cluster is whole again.
  private mutating func round(_ number: Int) async throws {
    try await edit()
    if Int.random(in: 0..<3, using: &random) == 0 { try await runLong() }
    let fault = Fault.random(members: members.count, using: &random)
    let clock = ContinuousClock()
    let began = clock.now
    try await inflict(fault)
    try await untilWhole()
    report.count(fault)
    try await records.check(api: cluster.api, into: &report)
    say("round \(number): \(fault), whole after \((clock.now - began).formatted)")
  }

  /// Until every member is active and the load balancer answers through all of them.
  private func untilWhole() async throws {
    _ = try await eventually("all members are active") { [cluster] () -> Bool? in
      for seat in cluster.members {
        guard let answer = try? await seat.api.json("GET", "/quarterdeck/cluster/members") else {
          return nil
        }
        let active = answer.items.filter { $0.state.text == "active" }
        guard active.count == cluster.members.count else { return nil }
      }
      return true
    }
  }

  /// The database's time, as a member tells it, in ISO 8601.
  func now() async throws -> String {
    try await eventually("somebody tells the time") { [cluster] in
      try? await cluster.api.json("GET", "/quarterdeck/cluster/time").time.text
    }
  }
}

extension Duration {
  /// `1.25 s`.
  var formatted: String {
    let (seconds, attoseconds) = components
    let hundredths = attoseconds / 10_000_000_000_000_000
    return "\(seconds).\(hundredths < 10 ? "0" : "")\(hundredths) s"
  }
}
