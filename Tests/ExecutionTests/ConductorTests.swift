import Model
import Store
import TestSupport
import Testing
import Wire

@testable import Execution

@Suite struct ConductorTests {
  @Test(arguments: Engine.all) func `a job runs its steps one after the other on the sidecar`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(job("true", "echo ${option.x}"))
      try await room.conducting { conductor in
        let run = RunRequest(.job(id), options: ["x": "a b"], user: "admin")
        let launched = try await conductor.launch(run)
        #expect(launched.status == .running)
        #expect(launched.argString == "-x \"a b\"")
        let first = await room.agents.next()!
        #expect(first.specification.arguments.last == "true")
        try await room.report(first, .exited(code: 0), to: conductor)
        let second = await room.agents.next()!
        #expect(second.specification.arguments.last == "echo 'a b'")
        try await room.report(second, .exited(code: 0), to: conductor)
        let ended = try await conductor.waitUntilEnded(launched.id)
        #expect(ended?.status == .succeeded)
        #expect(try await room.states(launched.id) == ["1@host": .succeeded, "2@host": .succeeded])
        #expect(await conductor.carriedCount == 0)
      }
    }
  }

  @Test(arguments: Engine.all)
  func `a failed step fails the execution and leaves the rest not started`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(job("false", "true"))
      try await room.conducting { conductor in
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        try await room.report(room.agents.next()!, .exited(code: 1), to: conductor)
        let ended = try await conductor.waitUntilEnded(launched.id)
        #expect(ended?.status == .failed)
        #expect(try await room.states(launched.id) == ["1@host": .failed, "2@host": .notStarted])
        let row = try await room.store.ask.stepStates.rows(of: launched.id).first
        #expect(row?.reason == "NonZeroResultCode: Result code was 1")
      }
    }
  }

  @Test(arguments: Engine.all) func `a second run of an exclusive job is refused while one runs`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(job("true"))
      try await room.conducting { conductor in
        let answers = await withTaskGroup(of: Result<ExecutionRecord, LaunchError>.self) { group in
          for _ in 0..<8 {
            group.addTask {
              do throws(LaunchError) {
                return .success(try await conductor.launch(RunRequest(.job(id), user: "admin")))
              } catch {
                return .failure(error)
              }
            }
          }
          return await group.reduce(into: []) { $0.append($1) }
        }
        let launched = answers.compactMap { try? $0.get() }
        #expect(launched.count == 1)
        for case .failure(let error) in answers {
          #expect(
            error == .alreadyRunning(id, name: "backup", execution: launched.first?.id))
        }
        try await room.report(room.agents.next()!, .exited(code: 0), to: conductor)
        _ = try await conductor.waitUntilEnded(launched[0].id)
        _ = try await conductor.launch(RunRequest(.job(id), user: "admin"))
      }
    }
  }

  @Test(arguments: Engine.all) func `an abort kills what runs and ends aborted when it is gone`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(job("sleep 9", "true"))
      try await room.conducting { conductor in
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        let assignment = await room.agents.next()!
        let answer = try await conductor.abort(launched.id, by: "eve")
        #expect(answer.state == .pending)
        #expect(answer.execution.status == .running)
        #expect(await room.agents.nextKill() == assignment.id)
        try await room.report(assignment, .killed, to: conductor)
        let ended = try await conductor.waitUntilEnded(launched.id)
        #expect(ended?.status == .aborted)
        #expect(ended?.abortRequestedBy == "eve")
        #expect(try await room.states(launched.id) == ["1@host": .aborted, "2@host": .notStarted])
        let again = try await conductor.abort(launched.id, by: "eve")
        #expect(again.state == .failed)
      }
    }
  }

  @Test(arguments: Engine.all)
  func `a step waits visibly for its agent and fails when it does not come`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      try await room.enrol("host")
      let id = try await room.add(job("true"))
      try await room.conducting { conductor in
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        // Who looks after the agents sleeps too.
        await room.clock.sleepers(2)
        let row = try await room.store.ask.stepStates.rows(of: launched.id).first
        #expect(row?.state == .waiting)
        #expect(row?.reason?.contains("not connected") == true)
        room.clock.advance(by: .seconds(60))
        let ended = try await conductor.waitUntilEnded(launched.id)
        #expect(ended?.status == .failed)
        #expect(try await room.states(launched.id) == ["1@host": .failed])
        #expect(try await room.store.ask.assignments.toPush(for: AgentID("id-host")).isEmpty)
      }
    }
  }

  @Test(arguments: Engine.all) func `a restarted member goes on where it was, with the next epoch`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(job("one", "two"))
      let (launched, first) = try await room.conducting { conductor in
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        return (launched, await room.agents.next()!)
      }
      // The result arrives while no conductor is there to decide.
      try await room.report(first, .exited(code: 0), to: nil)
      try await room.conducting(2) { conductor in
        let second = await room.agents.next()!
        #expect(second.specification.arguments.last == "two")
        #expect(second.epoch == Epoch(2))
        try await room.report(second, .exited(code: 0), to: conductor)
        let ended = try await conductor.waitUntilEnded(launched.id)
        #expect(ended?.status == .succeeded)
        #expect(ended?.epoch == Epoch(2))
        #expect(try await room.store.ask.assignments.all(of: launched.id).count == 2)
      }
    }
  }

  @Test(arguments: Engine.all) func `nobody writes under a term that has ended`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(job("one"))
      try await room.conducting { conductor in
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        let assignment = await room.agents.next()!
        let former = Ownership(
          execution: launched.id, term: launched.owner!, epoch: launched.epoch)
        try await room.register(of: "other")
        try await room.store.commit([
          .adopt(from: former, by: Term(member: MemberID("other"), incarnation: 1))
        ])
        conductor.deliver([
          .ended(assignment.id, launched.id, .exited(code: 0), at: Instant(microseconds: 1))
        ])
        // The next launch's commit comes after that of the refused end.
        let request = RunRequest(
          .adHoc(project: "p", step: WorkflowStep(.exec("true"))), user: "admin")
        _ = try await conductor.launch(request)
        let record = try await room.store.ask.executions.find(launched.id)
        #expect(record?.status == .running)
        #expect(try await room.store.ask.stepStates.rows(of: launched.id).isEmpty)
      }
    }
  }
}
