import Cluster
import Execution
import Model
import Store
import TestSupport
import Testing

@testable import Scheduler

@Suite struct SchedulerServiceTests {
  @Test(arguments: Engine.all)
  func `jobs due together are launched together, once each second`(on engine: Engine) async throws {
    try await SchedulerWorld.with(engine) { world in
      for number in 0..<20 { try await world.put("j\(number)", "* * * ? * * *") }
    } _: { world in
      try await world.settle()
      let before = world.launcher.batches.count
      try await world.pass(5)
      #expect(world.launcher.batches.dropFirst(before) == [20, 20, 20, 20, 20])
      let ledger = try await world.ledger("j7")
      #expect((1...5).allSatisfy { ledger[$0]?.isRun == true })
      #expect(try await world.audit().isClean)
    }
  }

  @Test(arguments: Engine.all)
  func `what fell due while nobody was there is settled: the newest run, each other one is missed`(
    on engine: Engine
  ) async throws {
    try await SchedulerWorld.with(engine) { world in
      try await world.put("j", "* * * ? * * *", from: -290)
    } _: { world in
      try await world.settle()
      let ledger = try await world.ledger("j")
      // The one of the second before is within the patience, and so on time.
      #expect([-1, 0].allSatisfy { ledger[$0]?.isRun == true })
      #expect((-59 ... -2).allSatisfy { ledger[$0] == .missed(.catchUpSuperseded) })
      #expect((-289 ... -61).allSatisfy { ledger[$0] == .missed(.catchUpWindow) })
      #expect(world.launcher.fires.count == 2)
      let audit = try await world.audit()
      #expect(audit.isClean)
      #expect(audit.counts.expected == ledger.count)
    }
  }

  @Test(arguments: Engine.all)
  func `the job's own policy goes before the server's`(on engine: Engine) async throws {
    try await SchedulerWorld.with(engine) { world in
      try await world.put(
        "all", "* * * ? * * *", catchUp: CatchUpPolicy(mode: .all, window: 20), from: -90)
      try await world.put(
        "skip", "* * * ? * * *", catchUp: CatchUpPolicy(mode: .skip), from: -90)
    } _: { world in
      try await world.eventuallyMoving { await world.isQuiet() }
      let all = try await world.ledger("all")
      #expect((-19...0).allSatisfy { all[$0]?.isRun == true })
      #expect(all[-50] == .missed(.catchUpWindow))
      let skip = try await world.ledger("skip")
      #expect((-50 ... -2).allSatisfy { skip[$0] == .missed(.catchUpSkip) })
    }
  }

  @Test(arguments: Engine.all)
  func `a long outage of one job keeps no other one waiting`(on engine: Engine) async throws {
    try await SchedulerWorld.with(engine) { world in
      try await world.put("long", "* * * ? * * *", from: -12_000)
      try await world.put("short", "0 */20 * ? * * *", from: -12_000)
    } _: { world in
      // The short past and the first fires to come are there before the long past is settled.
      world.clock.advance(by: .seconds(1))
      try await world.eventually {
        let isFired = try await world.ledger("long")[1] != nil
        return try await world.ledger("short").count >= 9 && isFired
      }
      try await world.eventuallyMoving { await world.isQuiet() }
      #expect(try await world.ledger("long").count >= 12_001)
      #expect(try await world.audit().isClean)
    }
  }

  @Test(arguments: Engine.all)
  func `a fire whose answer was lost is settled without a second run`(
    on engine: Engine
  ) async throws {
    try await SchedulerWorld.with(engine) { world in
      try await world.put("j", "* * * ? * * *")
    } _: { world in
      try await world.settle()
      world.launcher.mode = .losesAnswers
      world.clock.advance(by: .seconds(1))
      try await world.eventually { try await world.ledger("j")[1] != nil }
      world.launcher.mode = .commits
      try await world.eventuallyMoving { await world.isQuiet() }
      #expect(world.launcher.fires.filter { $0.dueAt == world.second(1) }.count == 1)
      #expect(try await world.ledger("j")[1]?.isRun == true)
      #expect(try await world.audit().isClean)
    }
  }

  @Test(arguments: Engine.all)
  func `instants of an outage of the database are settled after it`(
    on engine: Engine
  ) async throws {
    try await SchedulerWorld.with(engine) { world in
      try await world.put("j", "* * * ? * * *")
    } _: { world in
      try await world.settle()
      world.launcher.mode = .fails
      for number in 1...5 {
        world.clock.advance(by: .seconds(1))
        try await world.eventually {
          world.launcher.fires.contains { $0.dueAt == world.second(Int64(number)) }
        }
      }
      world.launcher.mode = .commits
      try await world.eventuallyMoving { await world.isQuiet() }
      let ledger = try await world.ledger("j")
      #expect((1...5).allSatisfy { ledger[$0] != nil })
      #expect(try await world.audit().isClean)
    }
  }

  @Test(arguments: Engine.all)
  func `what cannot run is recorded with its reason`(on engine: Engine) async throws {
    try await SchedulerWorld.with(engine) { world in
      try await world.put("j", "* * * ? * * *")
    } _: { world in
      try await world.settle()
      world.launcher.mode = .refuses(.executionDisabled)
      try await world.pass(1)
      let before = world.second(0)
      let row = try await world.store.ask.fires.of(
        JobID("j"), from: before, through: world.second(1)
      ).first
      #expect(row?.outcome == .skipped(.executionDisabled))
      #expect(row?.detail == "a detail")
    }
  }

  @Test(arguments: Engine.all)
  func `a project's switches keep its schedules from running, and only its`(
    on engine: Engine
  ) async throws {
    try await SchedulerWorld.with(engine) { world in
      for (project, setting) in [
        ("s", "project.disable.schedule"), ("e", "project.disable.executions"), ("p", "other"),
      ] {
        _ = try await world.store.ask.projects.insert(name: project, description: "")
        try await world.store.ask.projects.put([setting: "true"], of: project)
        try await world.put(project, "* * * ? * * *", project: project)
      }
    } _: { world in
      try await world.settle()
      try await world.pass(1)
      #expect(try await world.ledger("s")[1] == .skipped(.projectScheduleDisabled))
      #expect(try await world.ledger("e")[1] == .skipped(.projectExecutionsDisabled))
      #expect(try await world.ledger("p")[1]?.isRun == true)

      try await world.store.ask.projects.put(["project.disable.schedule": "false"], of: "s")
      try await world.eventuallyMoving { try await world.ledger("s").values.contains { $0.isRun } }
      #expect(try await world.audit().isClean)
    }
  }
}

extension FireOutcome {
  var isRun: Bool { if case .ran = self { true } else { false } }
}

extension SchedulerWorld {
  /// Whether everything that is due has its outcome.
  func isQuiet() async -> Bool {
    let status = await service.status()
    return status.isLoaded && status.outstanding == 0 && status.unsettled == 0
      && status.nextDue.map { $0 > time.now() } ?? true
  }
}
