import Model
import Store
import TestSupport
import Testing
import Wire

@testable import Execution

/// Runs that were asked for at a later time.
@Suite struct LaterTests {
  @Test(arguments: Engine.all) func `a run for later survives a restart and begins at its time`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(job("true"))
      let launched = try await room.conducting { conductor in
        try await conductor.launch(Self.request(id))
      }
      #expect(launched.status == .scheduled)
      #expect(launched.startedAt == Self.time)
      #expect(launched.runType == .userScheduled)
      try await room.conducting(2) { conductor in
        await room.clock.sleepers(2)
        room.clock.advance(by: .seconds(60))
        let assignment = await room.agents.next()!
        #expect(assignment.execution == launched.id)
        try await room.report(assignment, .exited(code: 0), to: conductor)
        #expect(try await conductor.waitUntilEnded(launched.id)?.status == .succeeded)
      }
    }
  }

  @Test(arguments: Engine.all) func `a run for later can be aborted before it begins`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      let id = try await room.add(job("true"))
      try await room.conducting { conductor in
        let launched = try await conductor.launch(Self.request(id))
        #expect(try await conductor.abort(launched.id, by: "eve").state == .aborted)
        #expect(try await room.store.ask.executions.find(launched.id)?.status == .aborted)
      }
    }
  }

  @Test(arguments: Engine.all)
  func `a run for later whose project was disabled meanwhile begins nothing and says why`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(job("true"))
      try await room.conducting { conductor in
        let launched = try await conductor.launch(Self.request(id))
        try await room.store.ask.projects.put(["project.disable.executions": "true"], of: "p")
        await room.clock.sleepers(2)
        room.clock.advance(by: .seconds(60))
        let ended = try await conductor.waitUntilEnded(launched.id)
        #expect(ended?.status == .failed)
        #expect(ended?.endReason?.contains("disabled for project p") == true)
        #expect(try await room.store.ask.assignments.all(of: launched.id).isEmpty)
      }
    }
  }

  @Test func `a time that has passed is refused`() async throws {
    try await Engine.sqlite.withDatabase { database in
      let room = try await ConductorRoom(database)
      let id = try await room.add(job("true"))
      try await room.conducting { conductor in
        _ = await #expect(throws: LaunchError.unsupported(ExecutionConductor.pastTime)) {
          try await conductor.launch(
            RunRequest(.job(id), user: "admin", runAt: Instant(microseconds: 5)))
        }
      }
    }
  }

  private static let time = ConductorRoom.start.advanced(by: .seconds(60))

  private static func request(_ job: JobID) -> RunRequest {
    RunRequest(.job(job), user: "admin", runAt: time)
  }
}
