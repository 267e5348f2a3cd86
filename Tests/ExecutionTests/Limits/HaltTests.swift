import Database
import Model
import Store
import Synchronization
import TestSupport
import Testing
import Wire

@testable import Execution

/// Executions that end by their own job's limits.
@Suite struct HaltTests {
  private static func room(_ database: any Database) async throws -> ConductorRoom {
    // However far a test sets its clock, its agent is not looked after.
    let room = try await ConductorRoom(database) { $0.agentCheck = .seconds(1_000_000) }
    try await room.enrol("host")
    room.agents.connect("host")
    return room
  }

  @Test(arguments: Engine.all) func `a step may take what is left of its job's time`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await Self.room(database)
      var limited = job("one", "two")
      limited.timeout = "${option.time}"
      limited.options = [JobOption(name: "time", defaultValue: "2m")]
      let id = try await room.add(limited)
      try await room.conducting { conductor in
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        let first = await room.agents.next()!
        #expect(first.specification.timeoutMilliseconds == 120_000)
        room.clock.advance(by: .seconds(50))
        try await room.report(first, .exited(code: 0), to: conductor)
        let second = await room.agents.next()!
        #expect(second.specification.timeoutMilliseconds == 70_000)
        try await room.report(second, .timedOut, to: conductor)
        let ended = try await conductor.waitUntilEnded(launched.id)
        #expect(ended?.status == .timedout)
        #expect(ended?.endReason == "Timed out: the job may take 120 s")
        #expect(try await room.states(launched.id) == ["1@host": .succeeded, "2@host": .failed])
      }
    }
  }

  @Test(arguments: Engine.all) func `steps are killed when the time is over, and none begins`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await Self.room(database)
      var limited = job("one", "two")
      limited.timeout = "60"
      let id = try await room.add(limited)
      try await room.conducting { conductor in
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        let step = await room.agents.next()!
        // When somebody begins to sleep until the limit is not told.
        try await eventually("the step is killed") {
          room.clock.advance(by: .seconds(10))
          return room.agents.state.withLock { $0.killed } == [step.id] ? () : nil
        }
        try await room.report(step, .killed, to: conductor)
        #expect(try await conductor.waitUntilEnded(launched.id)?.status == .timedout)
        let states = try await room.states(launched.id)
        #expect(states == ["1@host": .aborted, "2@host": .notStarted])
      }
    }
  }

  @Test func `an option that is no duration keeps the job from running`() async throws {
    try await Engine.sqlite.withDatabase { database in
      let room = try await Self.room(database)
      var limited = job("one")
      limited.timeout = "${option.time}"
      limited.options = [JobOption(name: "time")]
      let id = try await room.add(limited)
      try await room.conducting { conductor in
        do throws(LaunchError) {
          _ = try await conductor.launch(
            RunRequest(.job(id), options: ["time": "soon"], user: "admin"))
          Issue.record("it was launched")
        } catch {
          #expect("\(error)".contains("'soon'"))
        }
      }
    }
  }

  @Test(arguments: Engine.all) func `too much output halts the steps, and the job says how it ends`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await Self.room(database)
      let id = try await room.add(Self.noisy(.halt, status: "noisy"))
      try await room.conducting(log: ChunkLog(dialect: database.dialect)) { conductor in
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        let step = await room.agents.next()!
        conductor.deliver([.logLimitReached(launched.id, node: nil, at: Instant(microseconds: 9))])
        #expect(await room.agents.nextKill() == step.id)
        conductor.deliver([.logLimitReached(launched.id, node: nil, at: Instant(microseconds: 9))])
        try await room.report(step, .killed, to: conductor)
        let ended = try await conductor.waitUntilEnded(launched.id)
        #expect(ended?.status == .other)
        #expect(ended?.customStatus == "noisy")
        #expect(ended?.endReason == "Log output limit exceeded: more than 10 lines")
        #expect(
          try await room.lines(launched.id) == ["Log output limit exceeded: more than 10 lines"])
        let states = try await room.states(launched.id)
        #expect(states == ["1@host": .aborted, "2@host": .notStarted])
      }
    }
  }

  @Test func `truncated output is said once, and the steps go on`() async throws {
    try await Engine.sqlite.withDatabase { database in
      let room = try await Self.room(database)
      let id = try await room.add(Self.noisy(.truncate))
      try await room.conducting(log: ChunkLog(dialect: database.dialect)) { conductor in
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        let step = await room.agents.next()!
        for _ in 0..<2 {
          conductor.deliver([
            .logLimitReached(launched.id, node: nil, at: Instant(microseconds: 9))
          ])
        }
        try await room.report(step, .exited(code: 0), to: conductor)
        try await room.report(room.agents.next()!, .exited(code: 0), to: conductor)
        #expect(try await conductor.waitUntilEnded(launched.id)?.status == .succeeded)
        #expect(
          try await room.lines(launched.id) == [
            "Log output limit exceeded: more than 10 lines; further output is not kept, "
              + "the steps go on"
          ])
      }
    }
  }

  @Test(arguments: Engine.all) func `whoever takes a halted execution up starts nothing either`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await Self.room(database)
      let id = try await room.add(Self.noisy(.halt))
      let (execution, step) = try await room.conducting(1) { conductor in
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        return (launched.id, await room.agents.next()!)
      }
      let limit = try await database.run(
        Statement("SELECT log_limit FROM execution WHERE id = \(execution)")
      ).rows.first?.values.first
      #expect(limit == .text("10 halt failed"))
      // The gateway noted it, and the member died before it heard of it.
      try await room.insert("UPDATE execution SET log_limit_reached = '9' WHERE id = \(execution)")
      try await room.conducting(2) { conductor in
        #expect(await room.agents.nextKill() == step.id)
        try await room.report(step, .exited(code: 0), to: conductor)
        let ended = try await conductor.waitUntilEnded(execution)
        #expect(ended?.status == .failed)
        #expect(ended?.endReason == "Log output limit exceeded: more than 10 lines")
        let states = try await room.states(execution)
        #expect(states == ["1@host": .succeeded, "2@host": .notStarted])
      }
    }
  }

  @Test(arguments: Engine.all, [JobLogLimit.Action.halt, .truncate])
  func `what the log says of its limit is not said again by whoever takes the execution up`(
    on engine: Engine, action: JobLogLimit.Action
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await Self.room(database)
      let id = try await room.add(Self.noisy(action))
      let log = ChunkLog(dialect: database.dialect)
      let (execution, step) = try await room.conducting(1, log: log) { conductor in
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        let step = await room.agents.next()!
        try await room.insert(
          "UPDATE execution SET log_limit_reached = '9' WHERE id = \(launched.id)")
        conductor.deliver([.logLimitReached(launched.id, node: nil, at: Instant(microseconds: 9))])
        try await eventually("it is said") {
          try await room.lines(launched.id).isEmpty ? nil : ()
        }
        return (launched.id, step)
      }
      let said = try await room.lines(execution)
      #expect(said.count == 1)
      for incarnation in [2, 3] as [Int64] {
        try await room.conducting(incarnation, log: log) { conductor in
          // The same is told by the store, by the gateway, and once more.
          conductor.deliver([.logLimitReached(execution, node: nil, at: Instant(microseconds: 9))])
          guard incarnation == 3 else { return }
          try await room.report(step, .exited(code: 0), to: conductor)
          if action == .truncate {
            try await room.report(
              room.agents.next(but: step)!, .exited(code: 0), to: conductor)
          }
          let ended = try await conductor.waitUntilEnded(execution)
          #expect(ended?.status == (action == .halt ? .failed : .succeeded))
        }
      }
      #expect(try await room.lines(execution) == said)
    }
  }

  @Test(arguments: Engine.all)
  func `each node's limit is said once, also that of a node that its member never heard of`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await Self.room(database)
      var noisy = Self.noisy(.truncate)
      noisy.kept["loglimit"] = .text("10/node")
      let id = try await room.add(noisy)
      let log = ChunkLog(dialect: database.dialect)
      let execution = try await room.conducting(1, log: log) { conductor in
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        _ = await room.agents.next()
        conductor.deliver([.logLimitReached(launched.id, node: "a", at: Instant(microseconds: 9))])
        try await eventually("it is said") {
          try await room.lines(launched.id).isEmpty ? nil : ()
        }
        return launched.id
      }
      // Two nodes have come to their limits; the member heard of the first.
      try await room.insert(
        "UPDATE execution SET log_limit_reached = '9 a' WHERE id = \(execution)")
      try await room.insert(
        "UPDATE assignment SET truncated_from = 20 WHERE execution_id = \(execution)")
      try await room.conducting(2, log: log) { _ in
        try await eventually("the other one is said") {
          try await room.lines(execution).count > 1 ? () : nil
        }
      }
      let lines = try await room.lines(execution)
      #expect(lines.map { $0.contains("of node a;") } == [true, false])
      #expect(lines.map { $0.contains("of node host;") } == [false, true])
    }
  }

  @Test(arguments: Engine.all) func `a time that was over stays over for whoever takes it up`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await Self.room(database)
      var limited = job("one", "two")
      limited.timeout = "2m"
      limited.workflow.keepgoing = true
      let id = try await room.add(limited)
      let execution = try await room.conducting(1) { conductor in
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        let step = await room.agents.next()!
        // It is stored, and nobody decides upon it any more.
        try await room.report(step, .timedOut, to: nil)
        return launched.id
      }
      try await room.conducting(2) { conductor in
        #expect(try await conductor.waitUntilEnded(execution)?.status == .timedout)
        let states = try await room.states(execution)
        #expect(states == ["1@host": .failed, "2@host": .notStarted])
      }
    }
  }

  @Test(arguments: Engine.all)
  func `whoever takes an execution up whose time is over ends it so, and does not say it again`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await Self.room(database)
      var limited = job("one", "two")
      limited.timeout = "60"
      let id = try await room.add(limited)
      let log = ChunkLog(dialect: database.dialect)
      let (execution, step) = try await room.conducting(1, log: log) { conductor in
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        let step = await room.agents.next()!
        try await eventually("it is said") {
          room.clock.advance(by: .seconds(10))
          return try await room.lines(launched.id).isEmpty ? nil : ()
        }
        return (launched.id, step)
      }
      let said = try await room.lines(execution)
      try await room.conducting(2, log: log) { conductor in
        // The agent obeyed before this member could find the time over by itself.
        try await room.report(step, .killed, to: conductor)
        #expect(try await conductor.waitUntilEnded(execution)?.status == .timedout)
      }
      #expect(said == ["Timed out: the job may take 60 s"])
      #expect(try await room.lines(execution) == said)
    }
  }

  private static func noisy(_ action: JobLogLimit.Action, status: String? = nil) -> Job {
    var noisy = job("one", "two")
    noisy.kept["loglimit"] = .number("10")
    noisy.kept["loglimitAction"] = .text(action.rawValue)
    noisy.kept["loglimitStatus"] = status.map(JobValue.text)
    return noisy
  }
}
