import Model
import Store
import TestSupport
import Testing
import Wire

@testable import Execution

/// Jobs that are tried again when they fail.
@Suite struct RetryTests {
  static func failing(_ retry: JobValue, options: [JobOption] = []) -> Job {
    var job = job("false")
    job.kept["retry"] = retry
    job.options = options
    return job
  }

  static func delayed(_ count: String, _ delay: String) -> JobValue {
    .map([JobEntry("delay", .text(delay)), JobEntry("retry", .text(count))])
  }

  /// Lets the step of the next execution that begins end so; the execution's number.
  @discardableResult
  static func end(
    _ outcome: AssignmentOutcome, in room: ConductorRoom, _ conductor: ExecutionConductor
  ) async throws -> ExecutionID {
    let assignment = try #require(await room.agents.next())
    try await room.report(assignment, outcome, to: conductor)
    return assignment.execution
  }

  @Test(arguments: Engine.all)
  func `RUN-07 a job that fails is tried again as often as it says, each try naming the one before`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database, clock: ContinuousClock())
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(Self.failing(.text("2")))
      try await room.conducting { conductor in
        let first = try await conductor.launch(RunRequest(.job(id), user: "admin")).id
        var tries: [ExecutionID] = []
        for _ in 1...3 { tries.append(try await Self.end(.exited(code: 1), in: room, conductor)) }
        #expect(tries[0] == first)
        var records: [ExecutionRecord] = []
        for number in tries {
          records.append(try #require(try await conductor.waitUntilEnded(number)))
        }
        #expect(records.map(\.status) == [.failedWithRetry, .failedWithRetry, .failed])
        #expect(records.map(\.retriedAs) == [tries[1], tries[2], nil])
        #expect(records.map(\.retryAttempt) == [0, 1, 2])
        #expect(records.map(\.retryPrevious) == [nil, tries[0], tries[1]])
        #expect(records.map(\.retryOriginal) == [nil, first, first])
        #expect(records.allSatisfy { $0.user == "admin" && $0.jobID == id })
      }
    }
  }

  @Test(arguments: Engine.all)
  func `a try that waits for its delay survives its member and begins once, when it is over`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(Self.failing(Self.delayed("1", "30s")))
      let (first, next) = try await room.conducting { conductor in
        let first = try await conductor.launch(RunRequest(.job(id), user: "admin")).id
        try await Self.end(.exited(code: 1), in: room, conductor)
        let ended = try await conductor.waitUntilEnded(first)
        #expect(ended?.status == .failedWithRetry)
        return (first, try #require(ended?.retriedAs))
      }
      let waiting = try await room.store.ask.executions.find(next)
      #expect(waiting?.status == .scheduled && waiting?.retryPrevious == first)
      #expect(waiting?.waiting()?.reason.hasPrefix("It is retry 1, after execution") == true)
      try await room.conducting(2) { conductor in
        await room.clock.sleepers(2)
        room.clock.advance(by: .seconds(30))
        let begun = try await Self.end(.exited(code: 0), in: room, conductor)
        #expect(begun == next)
        #expect(try await conductor.waitUntilEnded(next)?.status == .succeeded)
        #expect(try await room.store.ask.executionHistory.numbers(ofJob: id) == [first, next])
      }
    }
  }

  @Test(arguments: Engine.all)
  func `a job that allows one execution keeps its room from try to try`(on engine: Engine)
    async throws
  {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database, clock: ContinuousClock())
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(Self.failing(.text("1")))
      try await room.conducting { conductor in
        let first = try await conductor.launch(RunRequest(.job(id), user: "admin")).id
        try await Self.end(.exited(code: 1), in: room, conductor)
        let next = try #require(try await conductor.waitUntilEnded(first)?.retriedAs)
        await #expect(throws: LaunchError.alreadyRunning(id, name: "backup", execution: next)) {
          try await conductor.launch(RunRequest(.job(id), user: "admin"))
        }
      }
    }
  }

  @Test func `who aborts a job gets no other try of it`() async throws {
    try await Engine.sqlite.withDatabase { database in
      let room = try await ConductorRoom(database, clock: ContinuousClock())
      try await room.enrol("host")
      room.agents.connect("host")
      let id = try await room.add(Self.failing(.text("5")))
      try await room.conducting { conductor in
        let launched = try await conductor.launch(RunRequest(.job(id), user: "admin"))
        let assignment = try #require(await room.agents.next())
        _ = try await conductor.abort(launched.id, by: "eve")
        try await room.report(assignment, .killed, to: conductor)
        let ended = try await conductor.waitUntilEnded(launched.id)
        #expect(ended?.status == .aborted && ended?.retriedAs == nil)
      }
    }
  }

  @Test func `a try takes the options of the one before, the secure ones too`() async throws {
    try await Engine.sqlite.withDatabase { database in
      let room = try await ConductorRoom(database, clock: ContinuousClock())
      try await room.enrol("host")
      room.agents.connect("host")
      var job = Self.failing(
        .text("${option.again}"),
        options: [
          JobOption(name: "again"), JobOption(name: "key", secure: true, valueExposed: true),
        ])
      job.workflow.steps[0] = WorkflowStep(
        .exec("echo ${option.key} ${job.retryAttempt} ${job.wasRetry}"))
      let id = try await room.add(job)
      try await room.conducting { conductor in
        await #expect(throws: LaunchError.self) {
          try await conductor.launch(
            RunRequest(.job(id), options: ["again": "often"], user: "admin"))
        }
        _ = try await conductor.launch(
          RunRequest(.job(id), options: ["again": "1", "key": "s3cret"], user: "admin"))
        let first = try #require(await room.agents.next())
        try await room.report(first, .exited(code: 1), to: conductor)
        let next = try #require(await room.agents.next())
        #expect(first.specification.arguments.last?.hasSuffix(" 0 false") == true)
        #expect(next.specification.arguments.last?.hasSuffix(" 1 true") == true)
        #expect(next.specification.environment["RD_OPTION_KEY"] == "s3cret")
      }
    }
  }
}

@Suite struct RetryPlanTests {
  @Test(arguments: [
    (JobValue.text("3"), 3, Int64(0)), (RetryTests.delayed(" 2 ", "1h1m1s"), 2, 3_661),
    (.text(""), 0, 0), (RetryTests.delayed("${option.count}", "${option.delay}"), 4, 90),
  ])
  func `how often and how long after each failure`(
    value: JobValue, count: Int, delay: Int64
  ) throws {
    let plan = try RetryPlan(
      of: RetryTests.failing(value), options: ["count": "4", "delay": "90"])
    #expect(plan.count == count && plan.delay == delay)
  }

  @Test(arguments: ["-1", "many", "1.5", "99999999999"])
  func `a number that is none is refused with what is allowed`(count: String) {
    let error = #expect(throws: LaunchError.self) {
      try RetryPlan(of: RetryTests.failing(.text("${option.x}")), options: ["x": count])
    }
    #expect("\(error, default: "")".contains("'\(count)': it must be a number from 0 to"))
  }
}
