import Model
import Store
import TestSupport
import Testing
import Wire

@testable import Execution

/// Ends that were asked for when nobody could act on them.
@Suite struct LostAbortTests {
  private static let agent = AgentID("id-host")
  private static let member = Term(member: MemberID("member"), incarnation: 1)

  /// Runs a job of two steps until the first is assigned, ends the term and asks for the execution's end.
  private func with(
    _ engine: Engine,
    _ body: @Sendable (ConductorRoom, ExecutionRecord, Wire.Assignment) async throws -> Void
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(job("sleep", "next"))
      let (launched, first) = try await room.conducting { conductor in
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        return (launched, await room.agents.next()!)
      }
      let request = ExecutionWrite.requestAbort(
        launched.id, by: "eve", at: Instant(microseconds: 7))
      #expect(try await room.store.commit([request])[0].rows == 1)
      try await body(room, launched, first)
    }
  }

  @Test(arguments: Engine.all, [false, true])
  func `an abort that was asked for between two terms kills what is open and begins nothing`(
    on engine: Engine, hasStarted: Bool
  ) async throws {
    try await with(engine) { room, launched, first in
      if hasStarted {
        let started = AssignmentProgress(
          id: first.id, agent: Self.agent, from: 0, to: 40, startedAt: Instant(microseconds: 8))
        #expect(try await room.store.ask.assignments.advance(started))
      }
      try await room.conducting(2) { conductor in
        #expect(await room.agents.nextKill() == first.id)
        let told = try await room.store.ask.assignments.find(first.id)
        #expect(told?.killRequestedAt != nil && told?.epoch == Epoch(2))
        try await room.report(first, .killed, to: conductor)
        let ended = try await conductor.waitUntilEnded(launched.id)
        #expect(ended?.status == .aborted && ended?.abortRequestedBy == "eve")
        #expect(ended?.abortRequestedAt == Instant(microseconds: 7))
        #expect(try await room.states(launched.id) == ["1@host": .aborted, "2@host": .notStarted])
        // What is pushed next is another execution's: nothing of this one was pushed again.
        let other = try await conductor.launch(IncompleteTests.adHoc)
        #expect(await room.agents.next()?.execution == other.id)
      }
    }
  }

  @Test(arguments: Engine.all)
  func `an abort that was asked for between two terms begins no next step`(
    on engine: Engine
  ) async throws {
    try await with(engine) { room, launched, first in
      try await room.report(first, .exited(code: 0), to: nil)
      try await room.conducting(2) { conductor in
        let ended = try await conductor.waitUntilEnded(launched.id)
        #expect(ended?.status == .aborted)
        #expect(try await room.store.ask.assignments.all(of: launched.id).count == 1)
      }
    }
  }

  @Test(arguments: Engine.all)
  func `an agent that connects is not told to begin what is to end`(
    on engine: Engine
  ) async throws {
    try await with(engine) { room, launched, first in
      let assignments = room.store.ask.assignments
      #expect(try await assignments.toPush(for: Self.agent).isEmpty)
      let work = try await assignments.work(of: [Self.agent], heldBy: Self.member)
      #expect(work.assignments.isEmpty)
      let owner = Ownership(execution: launched.id, term: launched.owner!, epoch: launched.epoch)
      try await room.store.commit([.requestKills(at: Instant(microseconds: 9), by: owner)])
      #expect(try await assignments.toPush(for: Self.agent).map(\.id) == [first.id])
      let kills = try await assignments.work(of: [Self.agent], heldBy: Self.member)
      #expect(kills.assignments.map(\.id) == [first.id])
    }
  }
}
