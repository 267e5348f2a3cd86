import Database
import Model
import Store
import TestSupport
import Testing
import Wire

@testable import Execution

/// Kills whose proof is not there yet.
@Suite struct UnconfirmedKillTests {
  private static let reason = "kill unconfirmed: processes 12 13 are still there"

  @Test(arguments: Engine.all)
  func `an abort is not over before the last process is gone, also for the next member`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(job("sleep"))
      let log = ChunkLog(dialect: database.dialect)
      let step = try await room.conducting(1, log: log) { conductor in
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        let step = await room.agents.next()!
        conductor.deliver([.started(step.id, launched.id, at: Instant(microseconds: 5))])
        _ = try await conductor.abort(launched.id, by: "adam")
        #expect(await room.agents.nextKill() == step.id)
        for _ in 0..<2 {
          conductor.deliver([
            .unconfirmed(
              step.id, launched.id, processes: "12 13", at: Instant(microseconds: 9))
          ])
        }
        let state = try await room.waitForState(of: launched.id) { $0.reason != nil }
        #expect(state.state == .running)
        #expect(state.reason == Self.reason)
        #expect(state.startedAt == Instant(microseconds: 5))
        #expect(try await room.store.ask.executions.find(launched.id)?.status == .running)
        return step
      }
      #expect(try await room.lines(step.execution) == [Self.reason])
      try await room.conducting(2, log: log) { conductor in
        // The start that is told again does not hide who is still there.
        #expect(await room.agents.nextKill() == step.id)
        #expect(
          try await room.store.ask.stepStates.rows(of: step.execution).first?.reason == Self.reason)
        try await room.report(step, .killed, to: conductor)
        #expect(try await conductor.waitUntilEnded(step.execution)?.status == .aborted)
        #expect(try await room.states(step.execution) == ["1@host": .aborted])
      }
    }
  }

  @Test func `who forces the end does not wait for the proof`() async throws {
    try await Engine.sqlite.withDatabase { database in
      let room = try await ConductorRoom(database)
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(job("sleep"))
      try await room.conducting { conductor in
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        let step = await room.agents.next()!
        _ = try await conductor.abort(launched.id, by: "adam")
        conductor.deliver([
          .unconfirmed(step.id, launched.id, processes: "12", at: Instant(microseconds: 9))
        ])
        let answer = try await conductor.endIncomplete(launched.id, by: "eve")
        #expect(answer.execution.status == .incomplete)
        #expect(try await room.states(launched.id) == ["1@host": .aborted])
      }
    }
  }
}
