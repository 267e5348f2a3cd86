import Cluster
import Model
import Store
import TestSupport
import Testing

@testable import Scheduler

@Suite struct SchedulerReturnTests {
  @Test(arguments: Engine.all)
  func `a schedule that leaves and comes back while its past is settled loses no instant`(
    on engine: Engine
  ) async throws {
    let all = CatchUpPolicy(mode: .all, window: 3_600)
    try await SchedulerWorld.with(engine) { world in
      world.launcher.mode = .holds
      try await world.put("j", "* * * ? * * *", catchUp: all, from: -10)
    } _: { world in
      // The round has launched the past and waits.
      try await world.eventually { world.launcher.fires.count == 10 }
      try await world.put("j", "*/1 * * ? * * *", owner: world.other, catchUp: all)
      await world.service.changed([JobID("j")])
      try await world.eventually { await world.service.status().schedules == 0 }

      world.clock.advance(by: .seconds(5))
      try await world.put("j", "* * * ? * * *", catchUp: all)
      await world.service.changed([JobID("j")])
      try await world.eventually { await world.service.status().schedules == 1 }

      world.launcher.release()
      try await world.eventuallyMoving { await world.isQuiet() }
      let ledger = try await world.ledger("j")
      #expect((-9...5).filter { ledger[$0]?.isRun != true } == [], "\(ledger)")
      #expect(try await world.audit().isClean)
    }
  }

  @Test(arguments: Engine.all)
  func `an instant that is within the patience when its member comes runs, whatever the policy`(
    on engine: Engine
  ) async throws {
    try await SchedulerWorld.with(engine) { world in
      for mode in [CatchUpPolicy.Mode.skip, .latest] {
        let rule = "\(world.ofMinute(-3)),\(world.ofMinute(-1)),\(world.ofMinute(0)) * * ? * * *"
        try await world.put(mode.rawValue, rule, catchUp: CatchUpPolicy(mode: mode), from: -30)
      }
    } _: { world in
      try await world.settle()
      let skip = try await world.ledger("skip")
      #expect([-1, 0].allSatisfy { skip[$0]?.isRun == true })
      #expect(skip[-3] == .missed(.catchUpSkip))
      let latest = try await world.ledger("latest")
      #expect([-1, 0].allSatisfy { latest[$0]?.isRun == true })
      #expect(latest[-3] == .missed(.catchUpSuperseded))
      #expect(try await world.audit().isClean)
    }
  }
}

extension SchedulerWorld {
  /// The second of its minute at which that instant is.
  fileprivate func ofMinute(_ number: Int64) -> Int64 {
    second(number).microseconds / 1_000_000 % 60
  }
}
