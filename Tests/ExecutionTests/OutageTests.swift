import Model
import Store
import Synchronization
import TestSupport
import Testing
import Wire

@testable import Execution

@Suite struct OutageTests {
  @Test(arguments: Engine.all, [false, true])
  func `an outage under a commit loses nothing and repeats nothing`(
    on engine: Engine, losingAnswers: Bool
  ) async throws {
    try await engine.withDatabase { database in
      let watched = WatchedDatabase(database)
      let room = try await ConductorRoom(watched, clock: ContinuousClock())
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(job("true"))
      try await room.conducting { conductor in
        // The question about the job succeeds, the commits after it do not.
        let warm = try await conductor.launch(Self.adHoc)
        try await room.report(room.agents.next()!, .exited(code: 0), to: conductor)
        _ = try await conductor.waitUntilEnded(warm.id)
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        let assignment = await room.agents.next()!
        watched.fail(3, afterwards: losingAnswers, after: 1)
        try await room.report(assignment, .exited(code: 0), to: conductor)
        let ended = try await conductor.waitUntilEnded(launched.id)
        #expect(ended?.status == .succeeded)
        #expect(try await room.states(launched.id) == ["1@host": .succeeded])
        // When an answer got lost, the end is stored before the conductor knows; no signal tells.
        try await waitUntil("it is over") { await conductor.carriedCount == 0 }
        watched.fail(3, afterwards: losingAnswers, after: 1)
        let next = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        #expect(next.id > launched.id)
        #expect(await room.agents.next()?.execution == next.id)
        #expect(watched.state.withLock { $0.failures } == 0)
        #expect(try await room.store.ask.assignments.all(of: next.id).count == 1)
      }
    }
  }

  @Test(arguments: Engine.all)
  func `a start that an outage leaves in doubt is taken up again in the same term`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let watched = WatchedDatabase(database)
      let room = try await ConductorRoom(watched)
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(job("true"))
      try await room.conducting { conductor in
        let time = ConductorRoom.start.advanced(by: .seconds(60))
        let later = try await conductor.launch(
          RunRequest(.job(id), user: "admin", runAt: time))
        try await room.see("host")
        // It is in the way of the other, whose start the store refuses.
        _ = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        _ = await room.agents.next()
        watched.state.withLock { $0.failing = "FROM execution WHERE id = $1" }
        try await eventually("nobody can tell why it was refused") {
          room.clock.advance(by: .seconds(60))
          return watched.state.withLock { $0.failing == nil } ? () : nil
        }
        let ended = try await conductor.waitUntilEnded(later.id)
        #expect(ended?.status == .failed)
        #expect(ended?.endReason?.hasPrefix("Not started: another execution") == true)
        #expect(try await room.store.ask.assignments.all(of: later.id).isEmpty)
      }
    }
  }

  @Test(arguments: Engine.all)
  func `a transition that was refused while the database went away is found out about afterwards`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let watched = WatchedDatabase(database)
      let room = try await ConductorRoom(watched, clock: ContinuousClock())
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(job("one", "two"))
      try await room.conducting { conductor in
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        let first = await room.agents.next()!
        // It came back to this member by way of another one.
        try await room.insert("UPDATE execution SET epoch = 3")
        watched.state.withLock { $0.failing = "FROM execution WHERE id = $1" }
        try await room.report(first, .exited(code: 0), to: conductor)
        let second = await room.agents.next()!
        #expect(second.epoch == Epoch(3))
        #expect(watched.state.withLock { $0.failing } == nil)
        try await room.report(second, .exited(code: 0), to: conductor)
        #expect(try await conductor.waitUntilEnded(launched.id)?.status == .succeeded)
      }
    }
  }

  @Test func `a no-op job takes one question, two commits and eight statements`() async throws {
    try await Engine.sqlite.withDatabase { database in
      let watched = WatchedDatabase(database)
      let room = try await ConductorRoom(watched, clock: ContinuousClock())
      try await room.enrol("host")
      room.agents.connect("host")
      try await room.conducting { conductor in
        // The first run takes the block of numbers.
        for _ in 0..<2 {
          let before = watched.state.withLock { $0 }
          let launched = try await conductor.launch(Self.adHoc)
          let assignment = await room.agents.next()!
          conductor.deliver([
            .started(assignment.id, launched.id, at: Instant(microseconds: 1)),
            .ended(assignment.id, launched.id, .exited(code: 0), at: Instant(microseconds: 2)),
          ])
          _ = try await conductor.waitUntilEnded(launched.id)
          let after = watched.state.withLock { $0 }
          guard launched.id.number == 2 else { continue }
          #expect(after.batches - before.batches == 3)
          #expect(after.statements - before.statements <= 8)
        }
      }
    }
  }

  private static let adHoc = RunRequest(
    .adHoc(project: "p", step: WorkflowStep(.exec("true"))), user: "admin")
}
