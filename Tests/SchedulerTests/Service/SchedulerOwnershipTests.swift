import Cluster
import Model
import Store
import TestSupport
import Testing

@testable import Scheduler

@Suite struct SchedulerOwnershipTests {
  @Test(arguments: Engine.all)
  func `a job that comes, changes and goes is heard of`(on engine: Engine) async throws {
    try await SchedulerWorld.with(engine) { world in
      try await world.settle()
      try await world.put("j", "* * * ? * * *")
      await world.service.changed([JobID("j")])
      try await world.eventually { await world.service.status().schedules == 1 }
      try await world.pass(2)
      #expect(try await world.ledger("j")[2]?.isRun == true)

      let seconds = [5, 10].map { String(world.second($0).microseconds / 1_000_000 % 60) }
      try await world.put("j", "\(seconds.joined(separator: ",")) * * ? * * *")
      await world.service.changed([JobID("j")])
      try await world.eventually { await world.service.status().nextDue == world.second(5) }
      try await world.pass(10)
      #expect(try await world.ledger("j").keys.filter { $0 > 2 }.sorted() == [5, 10])

      try await world.put("j", nil)
      await world.service.changed([JobID("j")])
      try await world.eventually { await world.service.status().nextDue == nil }
      try await world.pass(6)
      #expect(try await world.ledger("j").keys.filter { $0 > 2 }.count == 2)
      world.clock.advance(by: .seconds(30))
      try await world.eventually { try await world.schedule("j") == nil }
      #expect(try await world.audit().isClean)
    }
  }

  @Test(arguments: Engine.all)
  func `a change without a notice is found by the poll`(on engine: Engine) async throws {
    try await SchedulerWorld.with(
      engine, settings: SchedulerSettings(poll: .milliseconds(200))
    ) { world in
      try await world.settle()
      try await world.put("j", "* * * ? * * *")
      try await world.eventuallyMoving { await world.service.status().schedules == 1 }
    }
  }

  @Test(arguments: Engine.all)
  func `a schedule that another member took is dropped at its next fire`(
    on engine: Engine
  ) async throws {
    try await SchedulerWorld.with(engine) { world in
      try await world.put("j", "* * * ? * * *")
    } _: { world in
      try await world.settle()
      try await world.pass(1)
      try await world.put("j", "* * * ? * * *", owner: world.other)
      world.clock.advance(by: .seconds(1))
      try await world.eventually { await world.service.status().schedules == 0 }
      #expect(try await world.ledger("j")[2] == nil)
    }
  }

  @Test(arguments: Engine.all)
  func `instants after a change belong to the new rule, even if the change is heard of late`(
    on engine: Engine
  ) async throws {
    try await SchedulerWorld.with(engine) { world in
      try await world.put("j", "* * * ? * * *")
    } _: { world in
      try await world.settle()
      try await world.pass(3)
      // The version begins at the newest fire; nobody tells the scheduler.
      try await world.put("j", "0 0 0 1 1 ? 2190")
      world.clock.advance(by: .seconds(1))
      try await world.eventuallyMoving {
        let isNew = await world.service.status().nextDue.map { $0 > world.second(1_000) }
        guard isNew == true else { return false }
        return await world.isQuiet()
      }
      #expect(try await world.ledger("j")[4] == nil)
      #expect(try await world.audit().isClean)
    }
  }

  @Test(arguments: Engine.all)
  func `nothing is fired when the term is lost, and a new term settles what was due`(
    on engine: Engine
  ) async throws {
    try await SchedulerWorld.with(engine) { world in
      try await world.put("j", "* * * ? * * *")
    } _: { world in
      try await world.settle()
      try await world.pass(2)
      let old = Term(member: world.member, incarnation: 1)
      world.terms.ended(old)
      try await world.eventually { await world.service.status() == SchedulerStatus() }
      let count = world.launcher.fires.count
      world.clock.advance(by: .seconds(3))
      #expect(world.launcher.fires.count == count)

      let record = try await world.store.ask.members.register(
        MemberFacts(id: world.member, name: "m", url: "u", version: "v", hostname: "h"), after: 1)
      let new = try #require(record?.term)
      world.launcher.act(in: new)
      world.terms.began(new, sent: .seconds(5))
      try await world.settle()
      let ledger = try await world.ledger("j")
      #expect(ledger[3] == .missed(.catchUpSuperseded))
      #expect([4, 5].allSatisfy { ledger[$0]?.isRun == true })
      try await world.pass(1)
      #expect(try await world.ledger("j")[6]?.isRun == true)
      #expect(try await world.audit().isClean)
    }
  }

  @Test(arguments: Engine.all)
  func `a stop waits for the answers, writes the progress and fires no more`(
    on engine: Engine
  ) async throws {
    try await SchedulerWorld.with(engine) { world in
      try await world.put("j", "* * * ? * * *")
    } _: { world in
      try await world.settle()
      world.launcher.mode = .holds
      world.clock.advance(by: .seconds(1))
      try await world.eventually { await world.service.status().outstanding == 1 }
      async let stopped: Void = world.service.stop()
      #expect(try await world.ledger("j")[1] == nil)
      world.launcher.release()
      await stopped
      #expect(try await world.ledger("j")[1]?.isRun == true)
      #expect(try await world.schedule("j")?.settledUntil == world.second(1))
      let count = world.launcher.fires.count
      world.clock.advance(by: .seconds(5))
      #expect(world.launcher.fires.count == count)
    }
  }

  @Test(arguments: Engine.all)
  func `progress is written from time to time, for jobs that fired only`(
    on engine: Engine
  ) async throws {
    try await SchedulerWorld.with(engine) { world in
      try await world.put("j", "* * * ? * * *")
      try await world.put("rare", "0 0 0 1 1 ? 2190")
    } _: { world in
      try await world.settle()
      let before = try await world.schedule("j")?.settledUntil
      try await world.pass(20)
      #expect(try await world.schedule("j")?.settledUntil == before)
      try await world.pass(12)
      try await world.eventually {
        try await world.schedule("j").map { $0.settledUntil >= world.second(25) } ?? false
      }
      let rare = try await world.schedule("rare")
      let untouched = rare.map { $0.settledUntil <= $0.validFrom }
      #expect(untouched == true)
    }
  }
}
