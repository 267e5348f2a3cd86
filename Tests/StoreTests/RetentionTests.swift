import Model
import Store
import TestSupport
import Testing

@Suite struct RetentionTests {
  @Test(arguments: Engine.all)
  func `what is old goes in bounded portions, but no outcome that could be settled twice`(
    on engine: Engine
  ) async throws {
    try await ClusterFixture.with(engine) { fixture in
      let (a, gone) = (try await fixture.join("a"), try await fixture.join("gone"))
      try await fixture.members.markLeft(gone)
      let record = try await fixture.schedule("j", owner: a)
      _ = try await fixture.fires.record((1...10).map { record.fire($0) }, by: a)
      _ = try await fixture.schedules.advance(
        [ScheduleAdvance(job: record.job, version: 1, until: record.instant(7))], by: a)
      let second = try #require(try await fixture.put(ClusterFixture.other, of: "j"))
      #expect(second.validFrom == record.instant(10))
      try await fixture.store.ask.decisions.add(
        Decision(kind: .drain, member: a.member, reason: "r"))
      let later = record.instant(3600)
      #expect(try await fixture.store.ledgerKeptFrom() == nil)
      let first = try await fixture.store.prune(before: later, batch: 4)
      #expect(first == PruneResult(fires: 4, versions: 0, decisions: 1, members: 1))
      #expect(try await fixture.store.prune(before: later).fires == 3)
      #expect(try await fixture.store.prune(before: later).isEmpty)
      #expect(try await fixture.fires.list(FireQuery()).count == 3)
      _ = try await fixture.schedules.advance(
        [ScheduleAdvance(job: record.job, version: 2, until: second.instant(1))], by: a)
      #expect(
        try await fixture.store.prune(before: later)
          == PruneResult(fires: 3, versions: 1, decisions: 0, members: 0))
      #expect(try await fixture.versions(of: "j").map(\.version) == [2])
      try await fixture.members.markLeft(a)
      #expect(try await fixture.store.prune(before: later).members == 0)
      #expect(try await fixture.store.prune(before: record.validFrom).isEmpty)
      #expect(try await fixture.store.ledgerKeptFrom() == later)
    }
  }

  @Test(arguments: Engine.all)
  func `the last version of a removed schedule goes when it is old`(on engine: Engine) async throws
  {
    try await ClusterFixture.with(engine) { fixture in
      let a = try await fixture.join("a")
      _ = try await fixture.schedule("j", owner: a)
      try await fixture.put(nil, of: "j")
      let left = try #require(try await fixture.schedule(of: "j"))
      let later = left.instant(3600)
      #expect(try await fixture.store.prune(before: later).versions == 0)
      _ = try await fixture.schedules.advance(
        [ScheduleAdvance(job: left.job, version: 2, until: left.validFrom)], by: a)
      #expect(try await fixture.store.prune(before: later).versions == 2)
      #expect(try await fixture.versions(of: "j").isEmpty)
    }
  }
}
