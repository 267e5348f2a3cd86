import Database
import Model
import Store
import Synchronization
import TestSupport
import Testing

@testable import Notifications

@Suite struct NotificationServiceTests {
  private typealias Fixture = OutboxFixture

  private let job = OutboxFixture.job(
    OutboxFixture.on("onsuccess", OutboxFixture.webhook("http://a/1")))

  @Test(arguments: Engine.all)
  func `what the job wants told is told once, and noted`(on engine: Engine) async throws {
    try await Fixture.with(engine) { fixture in
      let owner = try await fixture.add(job, status: .succeeded, lasted: .seconds(1))
      try await fixture.put(.success, job, owner)
      // The same commit once more, as after a connection that broke.
      try await fixture.put(.success, job, owner)
      let channel = NotingChannel()
      let service = try await fixture.service([.webhook: channel])
      try await service.deliverDue()
      try await service.deliverDue()
      #expect(channel.receivers == ["http://a/1"])
      let record = try #require(try await fixture.all().first)
      #expect(record.state == .delivered && record.attempts == 1 && record.settledAt != nil)
      let attempts = try await fixture.store.ask.notifications.attempts(of: ExecutionID(7))
      #expect(attempts.map(\.code) == [200] && attempts.first?.endedAt != nil)
      #expect(attempts.first?.member == "\(Fixture.first)")
    }
  }

  @Test(arguments: Engine.all)
  func `nothing is written for an execution that somebody else has`(on engine: Engine) async throws
  {
    try await Fixture.with(engine) { fixture in
      let owner = try await fixture.add(job)
      let other = Ownership(execution: owner.execution, term: Fixture.second, epoch: owner.epoch)
      try await fixture.put(.success, job, other)
      #expect(try await fixture.all().isEmpty)
    }
  }

  @Test(arguments: Engine.all)
  func `a receiver that fails twenty times has it the next time`(on engine: Engine) async throws {
    try await Fixture.with(engine) { fixture in
      try await fixture.put(.success, job, try await fixture.add(job))
      let channel = NotingChannel { _, count in
        count <= 20
          ? NotificationOutcome(.again, NotificationAnswer(code: 500, error: "it answered 500"))
          : NotificationOutcome(.delivered, NotificationAnswer(code: 200))
      }
      try await fixture.running(try await fixture.service([.webhook: channel])) {
        _ = try await eventually("it is delivered") {
          try await fixture.all().first { $0.state == .delivered }
        }
      }
      let attempts = try await fixture.store.ask.notifications.attempts(of: ExecutionID(7))
      #expect(attempts.map(\.number) == Array(1...21))
      #expect(attempts.map(\.code) == Array(repeating: 500, count: 20) + [200])
      #expect(Set(channel.facts.map(\.record.deliveryID)) == ["7-success-0-0"])
    }
  }

  @Test(arguments: Engine.all)
  func `what is given up is kept, and tried anew when somebody asks`(on engine: Engine) async throws
  {
    try await Fixture.with(engine) { fixture in
      try await fixture.put(.success, job, try await fixture.add(job))
      let isBroken = Atomic(true)
      let channel = NotingChannel { _, _ in
        NotificationOutcome(isBroken.load(ordering: .relaxed) ? .again : .delivered)
      }
      let service = try await fixture.service([.webhook: channel]) {
        $0.attempts = 3
        $0.pause = .zero
        $0.longestPause = .zero
      }
      for _ in 0..<10 { try await service.deliverDue() }
      #expect(channel.facts.count == 3)
      let dead = try #require(try await fixture.all().first)
      #expect(dead.state == .dead)
      let notifications = fixture.store.ask.notifications
      #expect(try await notifications.counts().dead == 1)
      #expect(
        try await notifications.list(.dead, project: "demo", before: nil, limit: 5).map(\.id)
          == [dead.id])
      #expect(try await notifications.list(.dead, project: "x", before: nil, limit: 5).isEmpty)
      isBroken.store(false, ordering: .relaxed)
      #expect(try await notifications.revive(dead.id))
      #expect(try await !notifications.revive(dead.id))
      try await service.deliverDue()
      #expect(try await fixture.all().map(\.state) == [.delivered])
      #expect(try await notifications.attempts(of: ExecutionID(7)).map(\.number) == [1, 2, 3, 4])
    }
  }

  @Test(arguments: Engine.all)
  func `a receiver that hangs delays nobody else`(on engine: Engine) async throws {
    let job = Fixture.job(
      Fixture.on(
        "onsuccess", Fixture.webhook("http://hangs/1, http://hangs/2, http://hangs/3, http://well/")
      ))
    try await Fixture.with(engine) { fixture in
      let channel = NotingChannel { facts, _ in
        if facts.record.receiver.contains("hangs") {
          try? await Task.sleep(for: .seconds(1_000))
          return NotificationOutcome(.cancelled)
        }
        return NotificationOutcome(.delivered)
      }
      for number in 1...20 {
        try await fixture.put(.success, job, try await fixture.add(Int64(number), job))
      }
      let service = try await fixture.service([.webhook: channel]) {
        $0.atOnce = 8
        $0.atOnceForReceiver = 3
      }
      try await fixture.running(service) {
        _ = try await eventually("the others have theirs") {
          channel.receivers.count { $0 == "http://well/" } == 20 ? true : nil
        }
        #expect(channel.receivers.count { $0.contains("hangs") } == 3)
      }
      // What was under way is given back.
      _ = try await eventually("nobody has them") { () -> Bool? in
        let waiting = try await fixture.store.ask.notifications.list(
          .waiting, project: nil, before: nil, limit: 100)
        return waiting.count == 60 && waiting.allSatisfy { $0.claimedBy == nil } ? true : nil
      }
    }
  }

  @Test(arguments: Engine.all)
  func `another member delivers what a dead one had begun`(on engine: Engine) async throws {
    try await Fixture.with(engine) { fixture in
      try await fixture.put(.success, job, try await fixture.add(job))
      // Claims, begins, and is never heard of again.
      let dead = try await fixture.service([.webhook: NotingChannel()]) {
        $0.claim = .seconds(3_600)
      }
      let claimed = try await dead.claim()
      #expect(claimed.count == 1)
      let notifications = fixture.store.ask.notifications
      #expect(try await notifications.begin(claimed[0].rights, by: Fixture.first) == 1)
      let channel = NotingChannel()
      let other = try await fixture.service([.webhook: channel], by: Fixture.second)
      try await other.deliverDue()
      #expect(channel.facts.isEmpty)
      // The claim runs out.
      try await fixture.store.ask.run("UPDATE notification SET due_at = 0")
      try await fixture.running(other) {
        _ = try await eventually("it is delivered") {
          try await fixture.all().first { $0.state == .delivered }
        }
      }
      // The dead one's word counts no more.
      try await notifications.failed(
        claimed[0].rights, attempt: 1, NotificationAnswer(error: "late"), pause: nil)
      #expect(try await fixture.all().map(\.state) == [.delivered])
      let attempts = try await notifications.attempts(of: ExecutionID(7))
      #expect(attempts.map(\.member) == ["\(Fixture.first)", "\(Fixture.second)"])
      #expect(attempts[0].endedAt == nil && attempts[1].endedAt != nil)
    }
  }

  @Test(arguments: Engine.all)
  func `two members deliver each notification once`(on engine: Engine) async throws {
    try await Fixture.with(engine) { fixture in
      for number in 1...50 {
        try await fixture.put(.success, job, try await fixture.add(Int64(number), job))
      }
      let channel = NotingChannel()
      try await fixture.running(
        try await fixture.service([.webhook: channel]),
        try await fixture.service([.webhook: channel], by: Fixture.second)
      ) {
        _ = try await eventually("all are delivered") {
          try await fixture.store.ask.notifications.counts().waiting == 0 ? true : nil
        }
      }
      #expect(Set(channel.facts.map(\.record.id)).count == 50)
      #expect(channel.facts.count == 50)
    }
  }

  @Test(arguments: Engine.all)
  func `a reference to several addresses is a mail to each`(on engine: Engine) async throws {
    let job = Fixture.job(Fixture.on("onsuccess", Fixture.email("${option.who}")))
    try await Fixture.with(engine) { fixture in
      let owner = try await fixture.add(
        job, options: ["who": "ann@example.com, bob@example.com"])
      try await fixture.put(.success, job, owner)
      let channel = NotingChannel()
      try await fixture.service([.email: channel]).deliverDue()
      #expect(channel.receivers.sorted() == ["ann@example.com", "bob@example.com"])
      #expect(Set(channel.facts.map(\.record.deliveryID)).count == 2)
    }
  }

  @Test(arguments: Engine.all)
  func `notifications go with their execution`(on engine: Engine) async throws {
    try await Fixture.with(engine) { fixture in
      let owner = try await fixture.add(job, status: .succeeded, lasted: .seconds(1))
      try await fixture.put(.success, job, owner)
      try await fixture.service([.webhook: NotingChannel()]).deliverDue()
      let removal = ExecutionRemoval(store: fixture.store)
      #expect(try await removal.remove([owner.execution]) == [owner.execution])
      let rows = try await fixture.store.ask.run(
        "SELECT 1 AS one FROM notification UNION ALL SELECT 1 AS one FROM notification_attempt")
      #expect(rows.rows.isEmpty)
    }
  }

  @Test(arguments: Engine.all)
  func `an end that nobody planned for is told too`(on engine: Engine) async throws {
    let job = Fixture.job(Fixture.on("onfailure", Fixture.webhook("http://a/, http://b/")))
    try await Fixture.with(engine) { fixture in
      let owner = try await fixture.add(job, status: .incomplete, lasted: .seconds(1))
      try await fixture.store.commit([.notifyUnplanned(of: owner.execution)])
      let channel = NotingChannel()
      try await fixture.service([.webhook: channel]).deliverDue()
      #expect(channel.receivers.sorted() == ["http://a/", "http://b/"])
      #expect(channel.facts.allSatisfy { $0.status == "incomplete" && $0.event == .failure })
      // And once only.
      try await fixture.store.commit([.notifyUnplanned(of: owner.execution)])
      try await fixture.service([.webhook: channel]).deliverDue()
      #expect(channel.facts.count == 2)
    }
  }
}
