import Glibc
import TestSupport
import Testing

/// Something dies or goes away under steps that print: exit codes and every byte of output are right afterwards, and
/// nothing is left.
@Suite(.serialized) struct FaultTests {
  private static let scale = FaultScale.current

  @Test func `steps print on while their agent is killed again and again`() async throws {
    try await Scenario.run(on: .postgresql) { scenario in
      let steps = try await PrintingSteps.start(
        Self.scale.steps, seconds: Self.scale.kills, in: scenario)
      for _ in 0..<Self.scale.kills {
        scenario.agent.kill()
        scenario.agent = try await scenario.installation.startAgent()
      }
      try await PrintingSteps(scenario: scenario, executions: steps.executions).expectWhole()
    }
  }

  @Test func `steps print on while their member is killed again and again`() async throws {
    try await Scenario.run(on: .postgresql) { scenario in
      let steps = try await PrintingSteps.start(
        Self.scale.steps, seconds: Self.scale.kills, in: scenario)
      for _ in 0..<Self.scale.kills {
        scenario.member.kill()
        scenario.member = try await scenario.installation.startControlPlane()
      }
      try await steps.expectWhole()
    }
  }

  @Test func `steps print on while PostgreSQL is away`() async throws {
    let server = try await ScratchPostgres()
    try await Scenario.run(databaseURL: server.url()) { scenario in
      let steps = try await PrintingSteps.start(
        Self.scale.steps, seconds: Self.scale.outage + 2, in: scenario)
      await server.stop(immediate: true)
      try await ContinuousClock().sleep(for: .seconds(Self.scale.outage))
      try await server.start()
      try await steps.expectWhole()
    }
    await server.remove()
  }

  @Test(arguments: Engine.all)
  func `a supervisor that is killed is reported as lost, and its tree is ended`(
    on engine: Engine
  ) async throws {
    try await Scenario.run(on: engine) { scenario in
      let pids = scenario.mark("pids")
      let execution = try await scenario.start(
        script: """
          setsid sh -c 'echo $$ >> \(pids); exec sleep 600' &
          while [ ! -s \(pids) ]; do sleep 0.02; done
          echo before; echo $$ >> \(pids); echo $PPID > \(scenario.mark("supervisor"))
          touch \(scenario.mark("ready")); sleep 600
          """)
      try await scenario.wait(for: "ready")
      try await scenario.api.output(execution, containing: "before")
      let supervisor = try #require(pid(in: scenario.mark("supervisor")).first)
      #expect(kill(supervisor, SIGKILL) == 0)
      #expect(try await scenario.api.ended(execution).status.text == "failed")
      let output = try await scenario.api.output(execution)
      #expect(output.hasPrefix("before\n") && output.contains("supervisor ended unexpectedly"))
      for process in try pid(in: pids) { #expect(!isAlive(process), "\(process) lives") }
      try await scenario.expectNothingLeft()
    }
  }

  private func pid(in path: String) throws -> [Int32] {
    String(decoding: try readFile(path), as: UTF8.self).split(separator: "\n")
      .compactMap { Int32($0) }
  }
}

/// Whether the process exists and is no zombie.
func isAlive(_ process: Int32) -> Bool {
  guard let bytes = try? readFile("/proc/\(process)/stat") else { return false }
  let text = String(decoding: bytes, as: UTF8.self)
  return text.split(separator: ")").last?.split(separator: " ").first != "Z"
}
