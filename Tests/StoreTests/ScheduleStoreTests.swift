import Database
import Model
import Store
import TestSupport
import Testing

@Suite struct ScheduleStoreTests {
  @Test(arguments: Engine.all)
  func `a version begins where the last one ended, and only when something changed`(
    on engine: Engine
  ) async throws {
    try await ClusterFixture.with(engine) { fixture in
      let (a, b) = (try await fixture.join("a"), try await fixture.join("b"))
      let first = try await fixture.schedule("j", owner: a)
      #expect(first.version == 1 && first.rule == ClusterFixture.rule && first.owner == a.member)
      #expect(first.settledUntil <= first.validFrom)
      let same = try #require(try await fixture.put(of: "j", owner: b))
      #expect(same.version == 1 && same.validFrom == first.validFrom && same.owner == b.member)
      let changed = try #require(try await fixture.put(ClusterFixture.other, of: "j"))
      #expect(changed.version == 2 && changed.owner == b.member)
      #expect(changed.settledUntil == first.settledUntil)
      let off = try #require(
        try await fixture.put(ClusterFixture.other, of: "j", isEnabled: false))
      let versions = try await fixture.versions(of: "j")
      #expect(versions.map(\.rule) == [ClusterFixture.rule, ClusterFixture.other, off.rule])
      #expect(versions.map(\.isEnabled) == [true, true, false])
      #expect(
        versions.map(\.validFrom) == [first.validFrom, changed.validFrom, off.validFrom])
      #expect(versions.map(\.validUntil) == [changed.validFrom, off.validFrom, nil])
      let middle = try await fixture.schedules.versions(
        of: JobID("j"), from: changed.validFrom, through: off.validFrom)
      #expect(middle.map(\.version) == [2])
    }
  }

  @Test(arguments: Engine.all)
  func `no version begins before a fire of the job or before what is settled`(
    on engine: Engine
  ) async throws {
    try await ClusterFixture.with(engine) { fixture in
      let term = try await fixture.join("a")
      let first = try await fixture.schedule("j", owner: term)
      // The member's idea of the database's time is ahead.
      #expect(try await fixture.fires.record([first.fire(5)], by: term) == [true])
      let second = try #require(try await fixture.put(ClusterFixture.other, of: "j"))
      #expect(second.validFrom == first.instant(5))
      let advance = ScheduleAdvance(job: JobID("j"), version: 2, until: second.instant(9))
      #expect(try await fixture.schedules.advance([advance], by: term) == [JobID("j")])
      try await fixture.store.transaction { scope in
        try await scope.schedules.setEnabled(false, of: [JobID("j")], owner: nil)
      }
      #expect(try await fixture.schedule(of: "j")?.validFrom == second.instant(9))
      #expect(try await fixture.versions(of: "j").map(\.isEnabled) == [true, true, false])
    }
  }

  @Test(arguments: Engine.all)
  func `what was due of a schedule that was taken away stays to be settled`(
    on engine: Engine
  ) async throws {
    try await ClusterFixture.with(engine) { fixture in
      let term = try await fixture.join("a")
      for job in ["taken", "deleted", "gone"] {
        _ = try await fixture.schedule(job, owner: term, project: job == "gone" ? "q" : "p")
      }
      try await fixture.put(nil, of: "taken")
      let gone = try await fixture.store.transaction { scope in
        [try await scope.jobs.delete(JobID("deleted")), try await scope.projects.delete("q")]
      }
      #expect(gone == [true, true])
      let left = try await fixture.schedules.owned(by: term.member)
      #expect(left.map(\.job.text) == ["deleted", "gone", "taken"])
      #expect(left.allSatisfy { $0.rule == nil && $0.version == 2 && !$0.isEnabled })
      #expect(try await fixture.schedules.counts() == [:])
      for record in left {
        let versions = try await fixture.versions(of: record.job.text)
        #expect(versions.map(\.validUntil) == [record.validFrom, nil])
      }
      let late = left.map {
        FireRow(
          job: $0.job, dueAt: $0.validFrom, version: 1, project: $0.project,
          outcome: .missed(.jobGone))
      }
      #expect(try await fixture.fires.record(late, by: term) == [true, true, true])
      let advances = left.map {
        ScheduleAdvance(job: $0.job, version: 2, until: $0.validFrom)
      }
      #expect(try await fixture.schedules.advance(advances, by: term).count == 3)
      #expect(try await fixture.schedules.owned(by: term.member).isEmpty)
      #expect(try await fixture.versions(of: "gone").count == 2)
      let again = try #require(try await fixture.put(of: "taken", owner: term))
      #expect(again.version == 3)
    }
  }

  @Test(arguments: Engine.all)
  func `what is settled only grows, and only its owner says so`(on engine: Engine) async throws {
    try await ClusterFixture.with(engine) { fixture in
      let (a, b) = (try await fixture.join("a"), try await fixture.join("b"))
      let record = try await fixture.schedule("j", owner: a)
      func advance(_ seconds: Int, version: Int64 = 1, by term: Term) async throws -> Int {
        let advance = ScheduleAdvance(
          job: JobID("j"), version: version, until: record.instant(seconds))
        return try await fixture.schedules.advance([advance], by: term).count
      }
      #expect(try await advance(9, by: a) == 1)
      #expect(try await advance(8, by: a) == 0)
      #expect(try await advance(10, by: b) == 0)
      #expect(try await advance(10, version: 2, by: a) == 0)
      #expect(try await fixture.schedule(of: "j")?.settledUntil == record.instant(9))
      try await fixture.join("a")
      #expect(try await advance(11, by: a) == 0)
    }
  }

  @Test(arguments: Engine.all)
  func `owned schedules come in pages, and changed ones since an instant`(on engine: Engine)
    async throws
  {
    try await ClusterFixture.with(engine) { fixture in
      let (a, b) = (try await fixture.join("a"), try await fixture.join("b"))
      for number in 1...7 {
        _ = try await fixture.schedule("j\(number)", owner: number < 6 ? a : b)
      }
      let first = try await fixture.schedules.owned(by: a.member, limit: 3)
      let rest = try await fixture.schedules.owned(by: a.member, after: first.last?.job, limit: 3)
      #expect((first + rest).map(\.job.text) == ["j1", "j2", "j3", "j4", "j5"])
      #expect(try await fixture.schedules.counts() == [a.member: 5, b.member: 2])
      let changed = try #require(try await fixture.put(of: "j2", isEnabled: false))
      let found = try await fixture.schedules.changed(since: changed.updatedAt)
      #expect(found.map(\.job.text) == ["j2"])
      let ours = try await fixture.schedules.list(owner: b.member, project: "p")
      #expect(ours.map(\.job.text) == ["j6", "j7"])
      let versions = try await fixture.schedules.versions(
        in: "p", from: Instant(microseconds: 0), through: Instant(microseconds: .max), limit: 3)
      #expect(versions.map(\.version) == [1, 1, 2])
      let more = try await fixture.schedules.versions(
        in: "p", from: Instant(microseconds: 0), through: Instant(microseconds: .max),
        after: versions.last)
      #expect(more.map(\.job.text) == ["j3", "j4", "j5", "j6", "j7"])
    }
  }

  @Test(arguments: Engine.all)
  func `pages of owned schedules and of fires are read from their index`(on engine: Engine)
    async throws
  {
    try await ClusterFixture.with(engine) { fixture in
      func plan(_ sql: String) async throws -> String {
        let word = engine == .sqlite ? "EXPLAIN QUERY PLAN" : "EXPLAIN"
        let rows = try await fixture.store.ask.run("\(word) \(sql)").rows
        return rows.flatMap(\.values).map { "\($0)" }.joined(separator: "\n")
      }
      if engine == .postgresql { try await fixture.store.ask.run("SET enable_seqscan = off") }
      let owned = try await plan(
        """
        SELECT job_id FROM schedule WHERE owner_member = 'a' AND job_id > 'x'
        ORDER BY job_id LIMIT 100
        """)
      #expect(owned.contains("schedule_by_owner") && !owned.contains("Sort"))
      let fires = try await plan(
        """
        SELECT job_id FROM fire WHERE project = 'p' AND due_at > 5 AND due_at <= 9
        ORDER BY due_at DESC, job_id DESC LIMIT 100
        """)
      #expect(fires.contains("fire_by_project") && !fires.contains("Sort"))
      #expect(!(owned + fires).contains("TEMP B-TREE"))
    }
  }
}
