import Model
import Store
import TestSupport
import Testing
import Wire

@testable import Execution

/// `${job.user.email}` on every way on which a run begins.
@Suite struct UserEmailTests {
  private static func room(
    _ engine: Engine, _ body: @Sendable (ConductorRoom, JobID) async throws -> Void
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database, clock: ContinuousClock())
      try await room.enrol("host")
      room.agents.connect("host")
      _ = try await room.store.ask.profiles.put(
        UserProfileChange(email: "admin@example.com"), of: "admin")
      try await body(room, try await room.add(job("mail ${job.user.email}", multiple: true)))
    }
  }

  private static func command(_ assignment: Wire.Assignment?) -> String? {
    assignment?.specification.arguments.last
  }

  @Test(arguments: Engine.all)
  func `a run has the address of whoever asked for it, as it was then`(on engine: Engine)
    async throws
  {
    try await Self.room(engine) { room, id in
      try await room.conducting { conductor in
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        let assignment = await room.agents.next()
        #expect(Self.command(assignment) == "mail admin@example.com")
        #expect(
          assignment?.specification.environment["RD_JOB_USER_EMAIL"] == "admin@example.com")
        let record = try await room.store.ask.executions.find(launched.id)
        #expect(try record?.plan()?.userEmail == "admin@example.com")
        _ = try await conductor.launch(RunRequest(.job(id), user: "nobody"))
        let other = await room.agents.next()
        #expect(Self.command(other) == "mail ")
        #expect(other?.specification.environment["RD_JOB_USER_EMAIL"] == nil)
      }
    }
  }

  @Test(arguments: Engine.all)
  func `a schedule's run and a referenced job have it`(on engine: Engine) async throws {
    try await Self.room(engine) { room, id in
      try await room.schedule(id)
      let reference = OtherStep(
        type: "jobref", nodeStep: false,
        definition: ["jobref": .map([JobEntry("uuid", .text(id.text))])])
      let parent = try await room.add(
        Job(name: "parent", workflow: Workflow(steps: [WorkflowStep(.other(reference))])),
        id: "parent")
      try await room.conducting { conductor in
        let fire = DueFire(
          job: id, project: "p", version: 1, dueAt: Instant(microseconds: 100))
        guard case .ran = await conductor.fire([fire])[0] else {
          Issue.record("not run")
          return
        }
        #expect(Self.command(await room.agents.next()) == "mail admin@example.com")
        _ = try await conductor.launch(RunRequest(.job(parent), user: "admin"))
        #expect(Self.command(await room.agents.next()) == "mail admin@example.com")
      }
    }
  }
}
