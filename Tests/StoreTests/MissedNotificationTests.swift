import Database
import Model
import Store
import TestSupport
import Testing

@Suite struct MissedNotificationTests {
  @Test(arguments: Engine.all)
  func `missed instants of a job are one notification, written once`(on engine: Engine) async throws
  {
    try await ClusterFixture.with(engine) { fixture in
      let term = try await fixture.join("a")
      let told = try await fixture.schedule("told", owner: term)
      let silent = try await fixture.schedule("silent", owner: term)
      try await fixture.store.ask.run(
        """
        UPDATE job SET definition = '{"kept":{"notification":{}}}' WHERE id = $1
        """, [.text(told.job.text)])
      let rows = [
        told.fire(1, .missed(.catchUpWindow)), told.fire(2, .missed(.catchUpWindow)),
        told.fire(3, .skipped(.passive)), silent.fire(1, .missed(.catchUpWindow)),
      ]
      #expect(try await fixture.fires.record(rows, by: term) == [true, true, true, true])
      // A commit that is repeated, because nobody knew whether it had happened.
      #expect(try await fixture.fires.record(rows, by: term) == [false, false, false, false])
      let waiting = try await fixture.store.ask.notifications.list(
        .waiting, project: nil, before: nil, limit: 10)
      #expect(waiting.map(\.job) == [told.job])
      #expect(waiting.map(\.status) == ["missed"])
      #expect(waiting.first?.execution == nil)
      #expect(
        waiting.first?.content.missed
          == .init(count: 2, first: told.instant(1), last: told.instant(2)))
      // The next ones are told again.
      #expect(
        try await fixture.fires.record([told.fire(4, .missed(.catchUpWindow))], by: term) == [true])
      #expect(try await fixture.store.ask.notifications.counts().waiting == 2)
    }
  }

  @Test(arguments: Engine.all)
  func `what another member settles is told by nobody else`(on engine: Engine) async throws {
    try await ClusterFixture.with(engine) { fixture in
      let (a, b) = (try await fixture.join("a"), try await fixture.join("b"))
      let told = try await fixture.schedule("told", owner: a)
      try await fixture.store.ask.run(
        """
        UPDATE job SET definition = '{"kept":{"notification":{}}}' WHERE id = $1
        """, [.text(told.job.text)])
      let row = told.fire(1, .missed(.catchUpWindow))
      #expect(try await fixture.fires.record([row], by: b) == [false])
      #expect(try await fixture.store.ask.notifications.counts().waiting == 0)
    }
  }
}
