import Database
import Model
import Store
import TestSupport
import Testing
import Wire

@testable import Execution

/// What a member owns and does not carry: taken up in portions, between the commits.
@Suite struct TakingUpTests {
  private static let many = 300

  @Test(arguments: Engine.all)
  func `hundreds of executions are taken up with a bounded number of questions`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let watched = WatchedDatabase(database)
      let room = try await ConductorRoom(watched)
      try await Self.fill(room)
      let before = watched.asked
      try await room.conducting(2) { conductor in
        _ = try await eventually("all are carried") {
          await conductor.carriedCount == Self.many ? true : nil
        }
        // Six portions with a page, a commit, a batch of decisions and a batch of reads each, and what a start
        // costs; each of the executions by itself would cost three and more.
        #expect(watched.asked - before <= 40)
        for id in [10_001, 10_000 + Self.many] {
          let record = try await room.store.ask.executions.find(ExecutionID(Int64(id)))
          #expect(record?.epoch == Epoch(2) && record?.owner?.incarnation == 2)
        }
      }
    }
  }

  @Test(arguments: Engine.all)
  func `a launch is committed before hundreds of executions are taken up`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let watched = WatchedDatabase(database)
      let room = try await ConductorRoom(watched)
      try await room.enrol("host")
      try await Self.fill(room)
      let job = try await room.add(job("true"))
      try await room.register(2)
      let conductor = room.conductor(2)
      // It waits in the inbox when the conductor begins.
      let launch = Task { try await conductor.launch(RunRequest(.job(job), user: "admin")) }
      _ = try await eventually("the launch waits") {
        conductor.inbox.isWaiting ? true : nil
      }
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await conductor.run() }
        _ = try await launch.value
        _ = try await eventually("all are carried") {
          await conductor.carriedCount >= Self.many ? true : nil
        }
        group.cancelAll()
      }
      let order = watched.log
      let launched = try #require(order.firstIndex { $0.contains("INSERT INTO execution ") })
      let lastRead = try #require(order.lastIndex { $0.contains("FROM step_state") })
      #expect(launched < lastRead)
    }
  }

  @Test(arguments: Engine.all)
  func `a notice that nothing was handed over for reads nothing but a count`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let watched = WatchedDatabase(database)
      let room = try await ConductorRoom(watched)
      try await Self.fill(room, count: 70)
      let (told, tell) = AsyncStream<Void>.makeStream()
      try await room.conducting(2, cluster: ConductorCluster(handed: { told })) { conductor in
        _ = try await eventually("all are carried, and nothing is looked for") {
          guard await conductor.carriedCount == 70 else { return nil as Bool? }
          return await conductor.takingUp.isUnderWay ? nil : true
        }
        let counted = watched.logged("COUNT(*)")
        let read = watched.logged("SELECT id, owner_incarnation")
        tell.yield()
        _ = try await eventually("it is counted") {
          watched.logged("COUNT(*)") > counted ? true : nil
        }
        #expect(watched.logged("SELECT id, owner_incarnation") == read)
        // What is handed over then is found.
        try await Self.add(room, 500, incarnation: 2)
        tell.yield()
        _ = try await eventually("it is taken up") {
          await conductor.carriedCount == 71 ? true : nil
        }
      }
    }
  }

  @Test(arguments: Engine.all) func `what is gone from the store is carried no longer`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let room = try await ConductorRoom(database)
      try await Self.fill(room, count: 3)
      let (told, tell) = AsyncStream<Void>.makeStream()
      try await room.conducting(2, cluster: ConductorCluster(handed: { told })) { conductor in
        _ = try await eventually("all are carried") {
          await conductor.carriedCount == 3 ? true : nil
        }
        let waiting = Task { try await conductor.waitUntilEnded(ExecutionID(10_002)) }
        try await room.insert("DELETE FROM execution WHERE id = 10002")
        tell.yield()
        _ = try await eventually("it is let go") {
          await conductor.carriedCount == 2 ? true : nil
        }
        #expect(try await waiting.value == nil)
        #expect(conductor.carries(ExecutionID(10_001)) && !conductor.carries(ExecutionID(10_002)))
      }
    }
  }

  @Test func `a look that was asked for on the way begins anew at the end`() {
    var taking = TakingUp()
    taking.begin(insisting: true)
    taking.passed(ExecutionID(64), uncarried: 0, isLast: false)
    taking.begin(insisting: false)
    #expect(taking.last == ExecutionID(64) && taking.isInsisting)
    taking.passed(ExecutionID(70), uncarried: 1, isLast: true)
    #expect(taking.isUnderWay && taking.last == nil && !taking.isInsisting)
    taking.passed(nil, uncarried: 1, isLast: true)
    #expect(!taking.isUnderWay)
    let answers = [1, 2, 0].map { taking.isDue(uncarried: $0) }
    #expect(answers == [false, true, true])
  }

  @Test func `everything is looked through now and then, whatever the counts say`() {
    var taking = TakingUp()
    taking.begin(insisting: false)
    taking.passed(nil, uncarried: 0, isLast: true)
    let looks = (1...TakingUp.looksBetween).map { _ in taking.isDue(uncarried: 0) }
    #expect(looks.last == true && looks.dropLast().allSatisfy { !$0 })
  }

  @Test func `what was given up is looked for again`() {
    var taking = TakingUp()
    taking.begin(insisting: false)
    taking.stop()
    let isDue = taking.isDue(uncarried: 0)
    #expect(!taking.isUnderWay && isDue)
  }

  /// Runs for later that an earlier incarnation of the member has: they wait for a time that does not come.
  private static func fill(_ room: ConductorRoom, count: Int = many) async throws {
    try await room.register(1)
    for number in 1...count { try await add(room, Int64(10_000 + number), incarnation: 1) }
  }

  private static func add(
    _ room: ConductorRoom, _ number: Int64, incarnation: Int64
  ) async throws {
    try await room.store.ask.executions.insert(
      ExecutionDraft(
        id: ExecutionID(number), project: "p", definition: try ExecutionDraft.text(of: job("true")),
        status: .scheduled, user: "admin",
        owner: Term(member: MemberID("member"), incarnation: incarnation),
        createdAt: Instant(microseconds: 1), dueAt: Instant(microseconds: 1_000_000_000_000_000)))
  }
}
