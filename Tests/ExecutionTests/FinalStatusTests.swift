import Model
import Store
import TestSupport
import Testing
import Wire

@testable import Execution

/// How an execution ended stays, whoever writes after that.
@Suite struct FinalStatusTests {
  private static let time = ConductorRoom.start.advanced(by: .seconds(60))
  private static let at = Instant(microseconds: 7)

  /// Launches a run for later on one member, which carries it, and aborts it through another.
  private func with(
    _ engine: Engine,
    _ body:
      @Sendable (ConductorRoom, _ owner: ExecutionConductor, ExecutionRecord) async throws -> Void
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(job("true"))
      try await room.conducting { owner in
        let request = RunRequest(.job(id), user: "admin", runAt: Self.time)
        let launched = try await owner.launch(request)
        #expect(launched.status == .scheduled && owner.carries(launched.id))
        try await room.conducting(of: "other") { other in
          #expect(try await other.abort(launched.id, by: "eve").state == .aborted)
          try await body(room, owner, try await other.find(launched.id))
        }
      }
    }
  }

  @Test(arguments: Engine.all)
  func `a run for later that another member has aborted stays aborted when its owner hears of it`(
    on engine: Engine
  ) async throws {
    try await with(engine) { room, owner, aborted in
      await owner.obeyAbortRequests(of: [aborted.id])
      try await eventually("the owner lets go") { owner.carries(aborted.id) ? nil : () }
      // The commit of what was launched after it is over.
      _ = try await owner.launch(IncompleteTests.adHoc)
      #expect(try await room.store.ask.executions.find(aborted.id) == aborted)
    }
  }

  @Test(arguments: Engine.all)
  func `a run for later that another member has aborted stays aborted when its time comes`(
    on engine: Engine
  ) async throws {
    try await with(engine) { room, owner, aborted in
      try await eventually("the owner lets go") {
        room.clock.advance(by: .seconds(60))
        return owner.carries(aborted.id) ? nil : ()
      }
      _ = try await owner.launch(IncompleteTests.adHoc)
      #expect(try await room.store.ask.executions.find(aborted.id) == aborted)
      #expect(try await room.store.ask.assignments.all(of: aborted.id).isEmpty)
    }
  }

  @Test(arguments: Engine.all)
  func `an end is written once, and repeating it changes nothing`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(job("true"))
      let launched = try await room.conducting { conductor in
        try await conductor.launch(RunRequest(.job(id), user: "admin"))
      }
      let owner = Ownership(execution: launched.id, term: launched.owner!, epoch: launched.epoch)
      let end = ExecutionWrite.end(.aborted, reason: "eve", at: Self.at, by: owner)
      let later = ExecutionWrite.end(
        .aborted, reason: "adam", at: Instant(microseconds: 8), by: owner)
      let other = ExecutionWrite.end(.failed, reason: "adam", at: Self.at, by: owner)
      let answers = try await room.store.commit([end, end, later, other])
      #expect(answers.map(\.rows) == [1, 1, 0, 0])
      let record = try await room.store.ask.executions.find(launched.id)
      #expect(record?.status == .aborted && record?.endReason == "eve")
    }
  }
}

extension ExecutionConductor {
  /// How an execution is stored.
  fileprivate func find(_ id: ExecutionID) async throws -> ExecutionRecord {
    try #require(try await store.ask.executions.find(id))
  }
}
