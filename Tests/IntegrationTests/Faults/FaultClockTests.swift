import Glibc
import TestSupport
import Testing

/// One side's wall clock is set ten minutes forward, then ten minutes back, while steps run and a schedule fires.
@Suite(.serialized) struct FaultClockTests {
  private func underJumps(of side: Side) async throws {
    try await Scenario.run(on: .postgresql) { scenario in
      try scenario.setClock(aheadBy: 0)
      let job = try await scenario.api.importJob(Self.tick, into: "test")
      try await scenario.restart(
        side,
        environment: [
          "LD_PRELOAD": "\(binariesFolder)/libClockShim.so", "CLOCK_SHIM": scenario.mark("clock"),
        ])
      let steps = try await PrintingSteps.start(4, seconds: 6, in: scenario)
      for offset in [600, -600, 0] as [Int64] {
        let before = try await scenario.newestRun(of: job)
        try scenario.setClock(aheadBy: offset)
        _ = try await eventually("the schedule fires with the clock at \(offset) s") {
          let now = try await scenario.newestRun(of: job)
          return now > before + 2 ? true : nil
        }
      }
      try await scenario.endSchedule(of: job)
      try await PrintingSteps(scenario: scenario, executions: steps.executions).expectWhole()
      let audit = try await scenario.api.json("GET", "/quarterdeck/ledger/audit?project=test")
      #expect(audit.gaps.items.isEmpty && audit.duplicates.items.isEmpty, "\(audit)")
    }
  }

  enum Side { case member, agent }

  @Test
  func `a member whose clock jumps fires every instant and loses no line`() async throws {
    try await underJumps(of: .member)
  }

  @Test
  func `an agent whose clock jumps loses no step and no line`() async throws {
    try await underJumps(of: .agent)
  }

  private static let tick = """
    - name: tick
      multipleExecutions: true
      schedule:
        crontab: '* * * ? * * *'
      timeZone: UTC
      sequence:
        keepgoing: false
        strategy: node-first
        commands:
        - exec: echo tick
    """
}

extension Scenario {
  /// Sets the wall clock of the side that was started with the shim.
  func setClock(aheadBy seconds: Int64) throws {
    let file = open(mark("clock"), O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    defer { close(file) }
    var seconds = seconds
    guard pwrite(file, &seconds, 8, 0) == 8 else {
      throw SpawnFailure(executable: mark("clock"), code: errno)
    }
  }

  /// Kills one side and starts it again.
  mutating func restart(_ side: FaultClockTests.Side, environment: [String: String]) async throws {
    switch side {
    case .member:
      member.kill()
      member = try await installation.startControlPlane(environment: environment)
    case .agent:
      agent.kill()
      agent = try await installation.startAgent(environment: environment)
    }
  }

  /// The number of the job's newest execution; 0 when there is none.
  func newestRun(of job: String) async throws -> Int {
    try await api.json("GET", "/job/\(job)/executions?max=1").executions[0].id.int ?? 0
  }

  /// Disables the schedule and waits for the runs that it has begun.
  func endSchedule(of job: String) async throws {
    try await api.json("POST", "/job/\(job)/schedule/disable")
    _ = try await eventually("the runs of \(job) end") { () -> Bool? in
      let running = try await api.json("GET", "/job/\(job)/executions?status=running")
      return running.executions.items.isEmpty ? true : nil
    }
  }
}
