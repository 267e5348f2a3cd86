import Model
import Store
import TestSupport
import Testing

@testable import Notifications

/// Against a real server.
@Suite struct WebhookDeliveryTests {
  private typealias Fixture = OutboxFixture

  @Test(arguments: Engine.all)
  func `whatever receivers do, each notification comes to its end`(on engine: Engine) async throws {
    let receiver = try await PythonServer.webhooks()
    let base = "http://127.0.0.1:\(receiver.port)"
    let paths = ["/ok?id=${execution.id}", "/fail/20/x", "/break/3/x", "/gone", "/ok2?a b=ü"]
    let job = Fixture.job(
      Fixture.on(
        "onsuccess", Fixture.webhook(paths.map { base + $0 }.joined(separator: ","))))
    try await Fixture.with(engine) { fixture in
      let owner = try await fixture.add(job, status: .succeeded, lasted: .seconds(1))
      try await fixture.put(.success, job, owner)
      let service = try await fixture.service([.webhook: Fixture.webhooks])
      try await fixture.running(service) {
        _ = try await eventually("all are settled") {
          try await fixture.all().allSatisfy { $0.state != .waiting } ? true : nil
        }
      }
      let records = try await fixture.all()
      #expect(records.map(\.state) == [.delivered, .delivered, .delivered, .dead, .delivered])
      // libcurl sends once more by itself on a kept connection that proves dead.
      #expect((2...4).contains(records[2].attempts))
      #expect(
        records.map(\.attempts).enumerated().filter { $0.offset != 2 }.map(\.element) == [
          1, 21, 1, 1,
        ])
      #expect(records[3].error == "it answered 404")
      let attempts = try await fixture.store.ask.notifications.attempts(of: owner.execution)
      #expect(attempts.first?.answer == "thanks")
      let events = receiver.events
      #expect(events.contains { $0.line.text == "POST /ok?id=7 HTTP/1.1" })
      #expect(events.contains { $0.line.text == "POST /ok2?a%20b=%C3%BC HTTP/1.1" })
      let first = try #require(events.first { $0.path.text == "/ok?id=7" })
      #expect(first.headers["X-RunDeck-Notification-Trigger"].text == "success")
      #expect(first.headers["Content-Type"].text == "text/xml; charset=UTF-8")
      #expect(first.headers["Host"].text == "127.0.0.1:\(receiver.port)")
      #expect(first.body.text?.hasPrefix("<notification trigger='success'") == true)
      let repeats = events.filter { $0.path.text == "/fail/20/x" }
      #expect(
        Set(repeats.compactMap { $0.headers["X-Quarterdeck-Delivery"].text })
          == ["7-success-0-1"])
    }
  }
}
