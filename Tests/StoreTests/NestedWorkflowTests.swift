import Model
import Store
import TestSupport
import Testing

@Suite struct NestedWorkflowTests {
  private static let child = Job(
    id: JobID("child"), name: "child", workflow: Workflow(steps: [WorkflowStep(.exec("true"))]))

  private func nested(_ step: String, job: String?) throws -> NestedWorkflowRecord {
    try NestedWorkflowRecord(
      key: StepKey(step: step, node: ""), jobID: job.map { JobID($0) }, project: "p",
      job: Self.child,
      argString: "-a b", options: ["a": "b"], sealedOptions: [1, 0], plan: ExecutionFixture.plan)
  }

  @Test(arguments: Engine.all)
  func `a nested workflow is stored once, by its owner only, and read back`(
    on engine: Engine
  ) async throws {
    try await ExecutionFixture.with(engine) { fixture in
      let record = try nested("1", job: "child")
      for stranger in ExecutionFixture.strangers {
        let answers = try await fixture.store.commit(try ExecutionWrite.enter(record, by: stranger))
        #expect(answers.map(\.rows) == [0, 0])
      }
      for rows in [[1, 1], [0, 0]] {
        let answers = try await fixture.store.commit(
          try ExecutionWrite.enter(record, by: ExecutionFixture.owner))
        #expect(answers.map(\.rows) == rows)
      }
      let subSteps = try nested("2", job: nil)
      try await fixture.store.commit(
        try ExecutionWrite.enter(subSteps, by: ExecutionFixture.owner))
      let stored = try await fixture.executions.stored([ExecutionID(7)])
      let found = try #require(try stored[ExecutionID(7)]?.get().nested)
      #expect(found.sorted { $0.key.step < $1.key.step } == [record, subSteps])
      #expect(try found.map { try $0.job().name } == ["child", "child"])
      #expect(try found[0].plan() == ExecutionFixture.plan)
      let referrers = try await fixture.store.ask.executions.referring(to: JobID("child"))
      #expect(referrers == [ExecutionID(7)])
    }
  }

  @Test(arguments: Engine.all) func `how a step halted its workflow stays`(on engine: Engine)
    async throws
  {
    try await ExecutionFixture.with(engine) { fixture in
      var state = StepStateRecord(
        key: ExecutionFixture.key, state: .succeeded, updatedAt: Instant(microseconds: 1),
        halt: "succeeded")
      _ = try await fixture.rows(.put(state, by: ExecutionFixture.owner))
      state.halt = nil
      _ = try await fixture.rows(.put(state, by: ExecutionFixture.owner))
      let stored = try await fixture.executions.stored([ExecutionID(7)])
      #expect(try stored[ExecutionID(7)]?.get().states.map(\.halt) == ["succeeded"])
    }
  }

  @Test(arguments: Engine.all)
  func `a referenced job is found by its number or by project, group and name`(
    on engine: Engine
  ) async throws {
    try await ExecutionFixture.with(engine) { fixture in
      try await fixture.store.ask.jobs.insert(
        Self.child, id: JobID("child"), project: "p", by: "admin")
      #expect(try await fixture.insert(ExecutionFixture.draft(8, job: "child")) == [1])
      let executions = fixture.executions
      let byID = try #require(
        try await executions.referenced(.id(JobID("child")), by: ExecutionID(7)))
      #expect(byID.job.name == "child" && byID.project == "p" && !byID.projectIsDisabled)
      #expect(byID.running == ExecutionID(8))
      let byName = try await executions.referenced(
        .name(project: "p", group: "", name: "child"), by: ExecutionID(8))
      #expect(byName?.id == JobID("child") && byName?.running == nil)
      #expect(
        try await executions.referenced(
          .name(project: "p", group: "g", name: "child"), by: ExecutionID(7)) == nil)
    }
  }
}
