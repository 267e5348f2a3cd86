import Model
import Store
import TestSupport
import Testing

/// A hand-over of more schedules than one page or list of arguments has.
@Suite(.timeLimit(.minutes(10))) struct ScaleTests {
  @Test func `a great many schedules are handed over in one go`() async throws {
    try await TwoProcesses.with { fixture, _ in
      let dead = try await fixture.join("dead")
      var heirs: [Term] = []
      for name in ["a", "b", "c"] { heirs.append(try await fixture.join(name)) }
      let insert = """
        INSERT INTO schedule (job_id, project, version, rule, is_enabled, valid_from, owner_member,
          settled_until, updated_at)
        SELECT md5(n::text), 'p' || n % 10, 1,
          '{"crontab":"' || n % 60 || ' * * * * ? *","timeZone":"UTC"}', 1, 1, 'dead', 1, 1
        FROM generate_series(1, 20000) AS n
        """
      try await fixture.store.ask.run(insert)
      try await fixture.silence(dead, for: 60)
      let result = try await fixture.store.fence(
        dead, deadFor: .seconds(5), plan: HandoverPlan(evenlyOver: heirs), by: heirs[0])
      #expect(heirs.map { result?.schedules[$0.member] } == [6_667, 6_667, 6_666])
      var last: JobID?
      var count = 0
      while true {
        let page = try await fixture.schedules.owned(by: heirs[0].member, after: last)
        count += page.count
        guard let job = page.last?.job else { break }
        last = job
      }
      #expect(count == 6_667)
      let taken = try await fixture.store.takeSchedules(
        .all, for: heirs[0].member, by: heirs[0])
      #expect(taken.taken.count == 13_333)
    }
  }
}
