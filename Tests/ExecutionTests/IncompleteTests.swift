import Cryptography
import Database
import Model
import Store
import TestSupport
import Testing
import Wire

@testable import Execution

/// Executions that end before their steps do.
@Suite struct IncompleteTests {
  @Test(arguments: Engine.all)
  func `an execution that is forced ends at once, and later frames change nothing`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(job("sleep", "next"))
      let log = ChunkLog(dialect: database.dialect)
      try await room.conducting(log: log) { conductor in
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        let assignment = await room.agents.next()!
        conductor.deliver([.started(assignment.id, launched.id, at: Instant(microseconds: 5))])
        _ = try await conductor.abort(launched.id, by: "adam")
        #expect(await room.agents.nextKill() == assignment.id)
        room.agents.disconnect("host")
        let answer = try await conductor.endIncomplete(launched.id, by: "eve")
        #expect(answer.state == .aborted)
        #expect(answer.execution.status == .incomplete)
        #expect(
          answer.execution.endReason == "Marked as incomplete by eve, without waiting for its steps"
        )
        #expect(await conductor.carriedCount == 0)
        let states = try await room.states(launched.id)
        #expect(states == ["1@host": .aborted, "2@host": .notStarted])
        try await room.report(assignment, .exited(code: 0), to: conductor)
        _ = try await conductor.launch(Self.adHoc)
        let ended = try await room.store.ask.executions.find(launched.id)
        #expect(ended == answer.execution)
        #expect(try await room.states(launched.id) == states)
        #expect(try await conductor.endIncomplete(launched.id, by: "eve").state == .failed)
        #expect(try await room.store.ask.logs.extent(of: launched.id).lines == 1)
      }
    }
  }

  @Test(arguments: Engine.all)
  func `an undelivered step is withdrawn when its execution is aborted or forced`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      try await room.enrol("host")
      let id = try await room.add(job("sleep", multiple: true))
      try await room.conducting { conductor in
        for isForced in [false, true] {
          let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
          _ = try await room.waitForState(of: launched.id) { $0.state == .waiting }
          _ =
            isForced
            ? try await conductor.endIncomplete(launched.id, by: "eve")
            : try await conductor.abort(launched.id, by: "eve")
          let ended = try await conductor.waitUntilEnded(launched.id)
          #expect(ended?.status == (isForced ? .incomplete : .aborted))
          #expect(try await room.states(launched.id) == ["1@host": .notStarted])
          let assignments = try await room.store.ask.assignments.all(of: launched.id)
          #expect(assignments.map(\.state) == [.ended])
        }
      }
    }
  }

  @Test(arguments: Engine.all)
  func `an execution of a dead or deaf member is forced by another, and its owner writes no more`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(job("sleep"))
      try await room.conducting { owner in
        let launched = try await owner.launch(RunRequest(.job(id), user: "admin"))
        let assignment = await room.agents.next()!
        try await room.conducting(of: "other") { other in
          #expect(try await other.abort(launched.id, by: "eve").state == .pending)
          let answer = try await other.endIncomplete(launched.id, by: "eve")
          #expect(answer.state == .aborted)
          #expect(answer.execution.abortRequestedBy == "eve")
        }
        #expect(await room.agents.nextKill() == assignment.id)
        owner.deliver([
          .ended(assignment.id, launched.id, .exited(code: 0), at: Instant(microseconds: 9))
        ])
        _ = try await owner.launch(Self.adHoc)
        let ended = try await room.store.ask.executions.find(launched.id)
        #expect(ended?.status == .incomplete)
        #expect(try await room.store.ask.stepStates.rows(of: launched.id).isEmpty)
      }
    }
  }

  @Test(
    arguments: Engine.all,
    ["plan = NULL", "plan = '{'", "definition = '['", "options = 'x'"])
  func `a damaged execution ends as incomplete at recovery, and the others go on`(
    on engine: Engine, damage: String
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(job("one", multiple: true))
      let launched = try await room.conducting { conductor in
        let first = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        return (first, try await conductor.launch(RunRequest(.job(id), user: "admin")))
      }
      try await room.insert(
        "UPDATE execution SET \(damage) WHERE id = $1", [.integer(launched.0.id.number)])
      let pushed = await room.next(2)
      try await room.conducting(2) { conductor in
        #expect(await room.agents.nextKill() == pushed[0].id)
        let again = await room.agents.next()!
        #expect(again.id == pushed[1].id && again.epoch == Epoch(2))
        try await room.report(again, .exited(code: 0), to: conductor)
        #expect(try await conductor.waitUntilEnded(launched.1.id)?.status == .succeeded)
        let row = try await room.store.ask.run(
          "SELECT status, end_reason FROM execution WHERE id = $1",
          [.integer(launched.0.id.number)]
        ).rows.first
        #expect(row?["status"] == .text("incomplete"))
        guard case .text(let reason) = row?["end_reason"] else {
          Issue.record("no reason")
          return
        }
        #expect(reason.hasPrefix("The execution could not be taken up: column"))
      }
    }
  }

  @Test(arguments: Engine.all)
  func `secure options survive a restart, and end the execution when their key is another`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      try await room.enrol("host")
      room.agents.connect("host")
      var secret = job("one", "two", "three")
      secret.options = [JobOption(name: "pw", secure: true, valueExposed: true)]
      let id = try await room.add(secret)
      let (launched, first) = try await room.conducting { conductor in
        let run = RunRequest(.job(id), options: ["pw": "hunter2"], user: "admin")
        return (try await conductor.launch(run), await room.agents.next()!)
      }
      try await room.report(first, .exited(code: 0), to: nil)
      let second = try await room.conducting(2) { _ in await room.agents.next()! }
      #expect(second.specification.environment["RD_OPTION_PW"] == "hunter2")
      try await room.conducting(3, sealer: EnvelopeSealer(key: .random())) { conductor in
        let ended = try await conductor.waitUntilEnded(launched.id)
        #expect(ended?.status == .incomplete)
        #expect(ended?.endReason?.contains("could not be taken up") == true)
        #expect(
          try await room.states(launched.id) == [
            "1@host": .succeeded, "2@host": .notStarted, "3@host": .notStarted,
          ])
      }
    }
  }

  static let adHoc = RunRequest(
    .adHoc(project: "p", step: WorkflowStep(.exec("true"))), user: "admin")
}
