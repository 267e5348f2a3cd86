import TestSupport
import Testing

/// Daemons killed and databases restarted under a running step: the step goes on, and its record has no
/// line missing and none twice.
@Suite(.serialized) struct DeathTests {
  /// Prints, waits for the file `go`, prints on, and makes the file `done`.
  private func longStep(_ scenario: Scenario) -> String {
    """
    for i in $(seq 1 500); do echo "early $i"; done
    touch \(scenario.mark("printed"))
    while [ ! -e \(scenario.mark("go")) ]; do sleep 0.02; done
    for i in $(seq 1 5000); do echo "late $i"; done
    touch \(scenario.mark("done"))
    exit 7
    """
  }

  private func expectWhole(_ scenario: Scenario, _ execution: Int) async throws {
    let ended = try await scenario.api.ended(execution)
    #expect(ended.status.text == "failed")
    let expected =
      (1...500).map { "early \($0)\n" } + (1...5_000).map { "late \($0)\n" }
      + ["Result: 7\n", "Failed: NonZeroResultCode: Result code was 7\n"]
    #expect(try await scenario.api.output(execution) == expected.joined())
  }

  @Test(arguments: Engine.all)
  func `a step outlives its agent and is reported by the next one`(on engine: Engine) async throws {
    try await Scenario.run(on: engine) { scenario in
      let execution = try await scenario.start(script: longStep(scenario))
      try await scenario.wait(for: "printed")
      scenario.agent.kill()
      try scenario.set("go")
      try await scenario.wait(for: "done")
      scenario.agent = try await scenario.installation.startAgent()
      try await expectWhole(scenario, execution)
    }
  }

  @Test(arguments: Engine.all)
  func `a step outlives its control plane`(on engine: Engine) async throws {
    try await Scenario.run(on: engine) { scenario in
      let execution = try await scenario.start(script: longStep(scenario))
      try await scenario.wait(for: "printed")
      scenario.member.kill()
      try scenario.set("go")
      try await scenario.wait(for: "done")
      scenario.member = try await scenario.installation.startControlPlane()
      try await expectWhole(scenario, execution)
    }
  }

  @Test(arguments: Engine.all)
  func `a step in the middle of a workflow outlives both and the workflow goes on`(
    on engine: Engine
  ) async throws {
    try await Scenario.run(on: engine) { scenario in
      let job = try await scenario.api.importJob(
        """
        - name: two-steps
          sequence:
            keepgoing: false
            strategy: node-first
            commands:
            - exec: touch \(scenario.mark("printed")); while [ ! -e \(scenario.mark("go")) ]; do sleep 0.02; done; echo one
            - exec: echo two
        """, into: "test")
      let execution = try await scenario.api.run(job)
      try await scenario.wait(for: "printed")
      scenario.member.kill()
      scenario.agent.kill()
      try scenario.set("go")
      scenario.member = try await scenario.installation.startControlPlane()
      scenario.agent = try await scenario.installation.startAgent()
      #expect(try await scenario.api.ended(execution).status.text == "succeeded")
      #expect(try await scenario.api.output(execution) == "one\ntwo\n")
    }
  }

  @Test func `a step outlives a restart of PostgreSQL`() async throws {
    let server = try await ScratchPostgres()
    try await Scenario.run(databaseURL: server.url()) { scenario in
      let execution = try await scenario.start(script: longStep(scenario))
      try await scenario.wait(for: "printed")
      await server.stop(immediate: true)
      try scenario.set("go")
      try await scenario.wait(for: "done")
      try await server.start()
      try await expectWhole(scenario, execution)
    }
    await server.remove()
  }

  @Test func `an agent stopped for good leaves its step running until the next agent comes`()
    async throws
  {
    try await Scenario.run(on: .sqlite) { scenario in
      let execution = try await scenario.start(script: longStep(scenario))
      try await scenario.wait(for: "printed")
      #expect(await scenario.agent.stop() == .exited(0))
      #expect(await scenario.member.stop() == .exited(0))
      try scenario.set("go")
      try await scenario.wait(for: "done")
      scenario.member = try await scenario.installation.startControlPlane()
      scenario.agent = try await scenario.installation.startAgent()
      try await expectWhole(scenario, execution)
    }
  }
}
