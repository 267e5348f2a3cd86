import Glibc
import TestSupport
import Testing

/// One side's wall clock is set ten minutes forward, then ten minutes back, while steps run and a schedule fires.
@Suite(.serialized) struct FaultClockTests {
  private static let library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"

  /// What makes a daemon read its wall clock through a file that says by how much it is wrong.
  private func environment(_ scenario: Scenario) -> [String: String] {
    [
      "LD_PRELOAD": Self.library, "FAKETIME_TIMESTAMP_FILE": scenario.mark("clock"),
      "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    ]
  }

  private func underJumps(of side: Side) async throws {
    try await Scenario.run(on: .postgresql) { scenario in
      try writeFile(scenario.mark("clock"), "+0\n")
      let environment = environment(scenario)
      switch side {
      case .member:
        await scenario.member.stop()
        scenario.member = try await scenario.installation.startControlPlane(
          environment: environment)
      case .agent:
        await scenario.agent.stop()
        scenario.agent = try await scenario.installation.startAgent(environment: environment)
      }
      let job = try await scenario.api.importJob(Self.tick, into: "test")
      let steps = try await PrintingSteps.start(4, seconds: 6, in: scenario)
      for offset in ["+600", "-600", "+0"] {
        try writeFile(scenario.mark("clock"), "\(offset)\n")
        let before = try await scenario.newestRun(of: job)
        _ = try await eventually("the schedule fires with the clock at \(offset)") {
          let now = try await scenario.newestRun(of: job)
          return now > before + 1 ? true : nil
        }
      }
      try await scenario.endSchedule(of: job)
      try await PrintingSteps(scenario: scenario, executions: steps.executions).expectWhole()
      let audit = try await scenario.api.json("GET", "/quarterdeck/ledger/audit?project=test")
      #expect(audit.gaps.items.isEmpty && audit.duplicates.items.isEmpty, "\(audit)")
      #expect(audit.missed.int == 0, "\(audit)")
    }
  }

  private enum Side { case member, agent }

  @Test(.enabled(if: access(library, R_OK) == 0, "libfaketime is not installed"))
  func `a member whose clock jumps fires every instant and loses no line`() async throws {
    try await underJumps(of: .member)
  }

  @Test(.enabled(if: access(library, R_OK) == 0, "libfaketime is not installed"))
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
