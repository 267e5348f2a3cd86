import Database
import Model
import Store
import TestSupport
import Testing
import Wire

@testable import Execution

/// Launches whose callers were let go while the database was away.
@Suite struct LateLaunchTests {
  private static let adHoc = RunRequest(
    .adHoc(project: "p", step: WorkflowStep(.exec("true"))), user: "admin")

  @Test(arguments: Engine.all) func `a late launch that was not recorded never runs`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      try await Self.late(database, isRecorded: false) { room, conductor, late in
        let next = try await conductor.launch(Self.adHoc)
        #expect(next.id > late)
        #expect(await room.agents.next()?.execution == next.id)
        #expect(try await room.store.ask.executions.find(late) == nil)
        #expect(await conductor.carriedCount == 1)
      }
    }
  }

  @Test(arguments: Engine.all)
  func `a late launch that was recorded all the same runs like any other`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      try await Self.late(database, isRecorded: true) { room, conductor, late in
        let assignment = await room.agents.next()!
        #expect(assignment.execution == late)
        try await room.report(assignment, .exited(code: 0), to: conductor)
        #expect(try await conductor.waitUntilEnded(late)?.status == .succeeded)
        #expect(try await room.store.ask.assignments.all(of: late).count == 1)
      }
    }
  }

  /// Launches one execution whose commit fails until its caller is gone.
  private static func late(
    _ database: any Database, isRecorded: Bool,
    _ body: @Sendable (ConductorRoom, ExecutionConductor, ExecutionID) async throws -> Void
  ) async throws {
    let watched = WatchedDatabase(database)
    let room = try await ConductorRoom(watched) { timing in
      timing.answerWithin = .milliseconds(10)
      timing.retries = RetryPauses(.seconds(1)...(.seconds(1)), on: timing.clock)
    }
    try await room.enrol("host")
    room.agents.connect("host")
    try await room.conducting { conductor in
      let warm = try await conductor.launch(adHoc)
      try await room.report(room.agents.next()!, .exited(code: 0), to: conductor)
      _ = try await conductor.waitUntilEnded(warm.id)
      // The question about the project succeeds, the commit does not.
      watched.fail(1, afterwards: isRecorded, after: 1)
      let launch = Task { try await conductor.launch(adHoc) }
      // Who looks after the agents, the caller's patience and the pause before the next try.
      await room.clock.sleepers(3)
      room.clock.advance(by: .milliseconds(10))
      let error = await #expect(throws: LaunchError.self) { try await launch.value }
      #expect(error?.description.contains("It may still run") == true)
      #expect(error?.isRetryable == true)
      room.clock.advance(by: .seconds(1))
      try await body(room, conductor, ExecutionID(warm.id.number + 1))
    }
  }
}
