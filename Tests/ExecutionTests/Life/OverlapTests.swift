import Database
import Model
import Store
import TestSupport
import Testing
import Wire

@testable import Execution

/// Runs of a job of which as many go on as may.
@Suite struct OverlapTests {
  static func overlapping(_ policy: String, limit: String? = nil, atOnce: String? = nil) -> Job {
    var job = job("true", multiple: atOnce != nil)
    job.maxMultipleExecutions = atOnce
    job.kept[JobOverlap.key] = .text(policy)
    if let limit { job.kept[JobOverlap.limitKey] = .text(limit) }
    return job
  }

  static func room(_ database: any Database, _ job: Job) async throws -> (ConductorRoom, JobID) {
    let room = try await ConductorRoom(database, clock: ContinuousClock())
    try await room.enrol("host")
    room.agents.connect("host")
    return (room, try await room.add(job))
  }

  static func launch(
    _ id: JobID, on conductor: ExecutionConductor
  ) async throws -> ExecutionRecord {
    try await conductor.launch(RunRequest(.job(id), user: "admin"))
  }

  @Test(arguments: Engine.all)
  func `runs wait in the order in which they were asked for, and no more than may`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let (room, id) = try await Self.room(database, Self.overlapping("queue", limit: "2"))
      try await room.conducting { conductor in
        let first = try await Self.launch(id, on: conductor)
        let second = try await Self.launch(id, on: conductor)
        let third = try await Self.launch(id, on: conductor)
        #expect([first, second, third].map(\.status) == [.running, .queued, .queued])
        #expect(second.waitsFor == .turn && second.owner == nil)
        #expect(second.waiting(behind: [first.id])?.reason.hasSuffix("may (\(first.id))") == true)
        await #expect(throws: LaunchError.lineIsFull(id, name: "backup", limit: 2)) {
          try await Self.launch(id, on: conductor)
        }
        for expected in [first, second, third] {
          #expect(
            try await RetryTests.end(.exited(code: 0), in: room, conductor) == expected.id)
          #expect(try await conductor.waitUntilEnded(expected.id)?.status == .succeeded)
        }
        let decisions = try await room.store.ask.decisions.list(
          DecisionQuery(execution: second.id))
        #expect(
          decisions.map(\.decision.reason).contains(
            Overlap.waits(
              second.id, .queue(limit: 2), behind: first.id)))
        #expect(decisions.map(\.decision.reason).contains(Overlap.begins(second.id)))
      }
    }
  }

  @Test(arguments: Engine.all)
  func `who waits is nobody's: it begins on whichever member is left`(on engine: Engine)
    async throws
  {
    try await engine.withDatabase { database in
      let (room, id) = try await Self.room(database, Self.overlapping("queue"))
      let waiting = try await room.conducting { conductor in
        _ = try await Self.launch(id, on: conductor)
        var behind: [ExecutionID] = []
        for _ in 1...3 { behind.append(try await Self.launch(id, on: conductor).id) }
        return behind
      }
      // Its step ends while no member is there.
      let assignment = try #require(await room.agents.next())
      try await room.report(assignment, .exited(code: 0), to: nil)
      for (turn, number) in waiting.enumerated() {
        try await room.conducting(Int64(turn + 2)) { conductor in
          let begun = try await RetryTests.end(.exited(code: 0), in: room, conductor)
          #expect(begun == number)
          #expect(try await conductor.waitUntilEnded(number)?.status == .succeeded)
        }
      }
    }
  }

  @Test(arguments: Engine.all)
  func `what goes on is aborted for its replacement, and what waited is replaced too`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let (room, id) = try await Self.room(database, Self.overlapping("replace"))
      try await room.conducting { conductor in
        let first = try await Self.launch(id, on: conductor)
        let running = try #require(await room.agents.next())
        let second = try await Self.launch(id, on: conductor)
        let third = try await Self.launch(id, on: conductor)
        #expect(await room.agents.nextKill() == running.id)
        let replaced = try await conductor.waitUntilEnded(second.id)
        #expect(replaced?.status == .aborted && replaced?.startedAt == nil)
        #expect(replaced?.endReason?.contains("Execution \(third.id) replaces") == true)
        try await room.report(running, .killed, to: conductor)
        #expect(try await conductor.waitUntilEnded(first.id)?.status == .aborted)
        #expect(try await RetryTests.end(.exited(code: 0), in: room, conductor) == third.id)
        #expect(try await conductor.waitUntilEnded(third.id)?.status == .succeeded)
      }
    }
  }

  @Test(arguments: Engine.all) func `a run that is skipped is recorded with the reason`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let (room, id) = try await Self.room(database, Self.overlapping("skip"))
      try await room.conducting { conductor in
        let first = try await Self.launch(id, on: conductor)
        let second = try await Self.launch(id, on: conductor)
        #expect(second.status == .other && second.customStatus == "skipped")
        let stored = try await room.store.ask.executions.find(second.id)
        #expect(stored?.endReason == Overlap.skipped && stored?.startedAt == nil)
        #expect(try await RetryTests.end(.exited(code: 0), in: room, conductor) == first.id)
      }
    }
  }

  @Test(arguments: Engine.all)
  func `as many go on as may, whichever member they were asked of`(on engine: Engine) async throws {
    try await engine.withDatabase { database in
      let (room, id) = try await Self.room(database, Self.overlapping("fail", atOnce: "3"))
      try await room.conducting { one in
        try await room.conducting(of: "other") { other in
          let launched = await withTaskGroup(of: ExecutionRecord?.self) { group in
            for number in 0..<12 {
              group.addTask { try? await Self.launch(id, on: number % 2 == 0 ? one : other) }
            }
            return await group.reduce(into: []) { $0 += [$1].compactMap(\.self) }
          }
          #expect(launched.count == 3)
          #expect(launched.allSatisfy { $0.status == .running })
        }
      }
    }
  }

  @Test(arguments: Engine.all)
  func `members that launch at once let every run begin, one after the other`(on engine: Engine)
    async throws
  {
    try await engine.withDatabase { database in
      let (room, id) = try await Self.room(database, Self.overlapping("queue"))
      try await room.conducting { one in
        try await room.conducting(of: "other") { other in
          let launched = try await withThrowingTaskGroup(of: ExecutionRecord.self) { group in
            for number in 0..<10 {
              group.addTask { try await Self.launch(id, on: number % 2 == 0 ? one : other) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
          }
          #expect(launched.count { $0.status == .running } == 1)
          var begun: [ExecutionID] = []
          for _ in 0..<10 {
            let assignment = try #require(await room.agents.next())
            begun.append(assignment.execution)
            let active = try await database.run(
              Statement("SELECT COUNT(*) AS n FROM execution WHERE status = 'running'"))
            #expect(try active.rows[0].int("n") == 1)
            try await room.report(assignment, .exited(code: 0), to: one)
            other.deliver([
              .ended(
                assignment.id, assignment.execution, .exited(code: 0),
                at: Instant(microseconds: 20))
            ])
          }
          #expect(Set(begun).count == 10)
        }
      }
    }
  }

  @Test(arguments: Engine.all)
  func `a due instant of a job that runs waits, and the ledger has it as run`(on engine: Engine)
    async throws
  {
    try await engine.withDatabase { database in
      let (room, id) = try await Self.room(database, Self.overlapping("queue"))
      try await room.schedule(id)
      try await room.conducting { conductor in
        let first = try await Self.launch(id, on: conductor)
        let due = Instant(microseconds: 100)
        let answer = await conductor.fire([
          DueFire(job: id, project: "p", version: 1, dueAt: due)
        ])
        guard case .ran(let waiting) = answer[0] else {
          Issue.record("not run: \(answer)")
          return
        }
        let rows = try await room.store.ask.fires.of(
          id, from: Instant(microseconds: 0), through: due)
        #expect(rows.map(\.outcome) == [.ran(waiting)])
        #expect(try await room.store.ask.executions.find(waiting)?.waitsFor == .turn)
        #expect(try await RetryTests.end(.exited(code: 0), in: room, conductor) == first.id)
        #expect(try await RetryTests.end(.exited(code: 0), in: room, conductor) == waiting)
      }
    }
  }

  @Test(arguments: ["queue", "fail", "skip"])
  func `a run for later follows the policy when its time has come`(policy: String) async throws {
    try await Engine.sqlite.withDatabase { database in
      let room = try await ConductorRoom(database)
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(Self.overlapping(policy))
      try await room.conducting { conductor in
        let later = try await conductor.launch(
          RunRequest(
            .job(id), user: "admin", runAt: ConductorRoom.start.advanced(by: .seconds(60))))
        let first = try await Self.launch(id, on: conductor)
        await room.clock.sleepers(2)
        room.clock.advance(by: .seconds(60))
        let changed = try await eventually("its time has come") {
          let found = try await room.store.ask.executions.find(later.id)
          return found?.status == .scheduled ? nil : found
        }
        switch policy {
        case "fail": #expect(changed.status == .failed && changed.endReason == Overlap.notStarted)
        case "skip": #expect(changed.customStatus == "skipped")
        default:
          #expect(changed.waitsFor == .turn)
          #expect(try await RetryTests.end(.exited(code: 0), in: room, conductor) == first.id)
          #expect(try await RetryTests.end(.exited(code: 0), in: room, conductor) == later.id)
        }
      }
    }
  }

  @Test func `who waits for a job that is switched off meanwhile ends and says why`() async throws {
    try await Engine.sqlite.withDatabase { database in
      let (room, id) = try await Self.room(database, Self.overlapping("queue"))
      try await room.conducting { conductor in
        _ = try await Self.launch(id, on: conductor)
        let waiting = try await Self.launch(id, on: conductor)
        try await room.insert("UPDATE job SET execution_enabled = 0")
        try await RetryTests.end(.exited(code: 0), in: room, conductor)
        let ended = try await conductor.waitUntilEnded(waiting.id)
        #expect(ended?.status == .failed)
        #expect(ended?.endReason == "Execution is disabled for job j")
      }
    }
  }

  @Test func `who waits can be aborted`() async throws {
    try await Engine.sqlite.withDatabase { database in
      let (room, id) = try await Self.room(database, Self.overlapping("queue"))
      try await room.conducting { conductor in
        _ = try await Self.launch(id, on: conductor)
        let waiting = try await Self.launch(id, on: conductor)
        #expect(try await conductor.abort(waiting.id, by: "eve").state == .aborted)
        #expect(try await conductor.waitUntilEnded(waiting.id)?.status == .aborted)
      }
    }
  }
}

@Suite struct RunLimitTests {
  @Test(arguments: [
    (false, "5", Int64(1) as Int64?), (true, nil, nil), (true, "", nil), (true, "0", nil),
    (true, "4", 4), (true, "${option.most}", 7),
  ])
  func `how many executions may go on at once`(
    multiple: Bool, most: String?, limit: Int64?
  ) throws {
    var job = job("true", multiple: multiple)
    job.maxMultipleExecutions = most
    #expect(try RunLimit.of(job, options: ["most": "7"]) == limit)
  }

  @Test func `a limit that is no number is refused`() {
    var job = job("true", multiple: true)
    job.maxMultipleExecutions = "${option.most}"
    let error = #expect(throws: LaunchError.self) {
      try RunLimit.of(job, options: ["most": "some"])
    }
    #expect("\(error, default: "")".contains("maxMultipleExecutions ${option.most} is 'some'"))
  }
}
