import Model
import Store
import TestSupport
import Testing

@testable import Notifications

/// What is sent, from the outbox's own rows.
@Suite struct WebhookRequestTests {
  private func webhook(
    _ url: String, _ more: [JobEntry] = [], event: NotificationEvent = .success,
    status: ExecutionStatus = .succeeded, options: [String: String] = [:],
    secret: String? = nil, _ change: (inout NotificationFacts) -> Void = { _ in }
  ) async throws -> WebhookRequest {
    let job = OutboxFixture.job(OutboxFixture.on(event.key, OutboxFixture.webhook(url, more)))
    let channel = NotingChannel()
    try await OutboxFixture.with(.sqlite) { fixture in
      let owner = try await fixture.add(
        42, job, status: status, age: .seconds(60), lasted: .seconds(30), options: options)
      try await fixture.store.ask.projects.put(
        ["project.globals.team": "a&b"], of: "demo")
      try await fixture.put(event, job, owner, status: status)
      try await fixture.service([.webhook: channel]).deliverDue()
    }
    var facts = try #require(channel.facts.first)
    change(&facts)
    return try WebhookRequest(facts, secret: secret)
  }

  @Test func `RUN-15: the documented address, headers and body`() async throws {
    let webhook = try await webhook("http://h/test?id=${execution.id}&status=${execution.status}")
    #expect(webhook.method == "POST")
    #expect(webhook.url == "http://h/test?id=42&status=succeeded")
    let headers = Dictionary(uniqueKeysWithValues: webhook.headers.map { ($0.name, $0.value) })
    #expect(headers["X-RunDeck-Notification-Execution-Status"] == "succeeded")
    #expect(headers["X-RunDeck-Notification-Execution-ID"] == "42")
    #expect(headers["X-RunDeck-Notification-Trigger"] == "success")
    #expect(headers["Content-Type"] == "text/xml; charset=UTF-8")
    #expect(headers["X-Quarterdeck-Delivery"] == "42-success-0-0")
    #expect(headers["X-RunDeck-Notification-SHA256-Digest"] == nil)
    #expect(
      webhook.body.hasPrefix(
        "<notification trigger='success' status='succeeded' executionId='42'>"
          + "<executions count='1'><execution id='42' href='http://deck:4440/api/59/execution/42'"))
    #expect(webhook.body.contains("<description>Saves &lt;all&gt;</description>"))
    #expect(webhook.body.contains("<argstring>-x &quot;1 2&quot;</argstring>"))
    #expect(webhook.body.contains("<user>anna</user><date-started unixtime='"))
    #expect(webhook.body.contains("<date-ended unixtime='"))
  }

  @Test func `values in an address are percent-encoded, but for one that it begins with`()
    async throws
  {
    let webhook = try await webhook(
      "${option.base}/${job.group}/${job.name}?o=${option.x}&g=${globals.team}&u=${job.user.name}"
        + "&n=${option.none}&t=${notification.trigger}&d=${data.key*} ü",
      options: ["base": "https://hooks.example.com/in", "x": "a b/?&=ü${job.id}"]
    ) { $0.values = ["data": ["key": "v 1"]] }
    #expect(
      webhook.url
        == "https://hooks.example.com/in/nightly/back%20up?o=a%20b%2F%3F%26%3D%C3%BC%24%7Bjob.id%7D"
        + "&g=a%26b&u=anna&n=&t=success&d=v%201%20%C3%BC")
  }

  @Test(arguments: [
    "file:///etc/passwd", "ftp://h/", "h/path", "${option.x}://h/", "gopher://h", "javascript:1",
  ]) func `only http and https are spoken`(url: String) async throws {
    await #expect(throws: UndeliverableNotification.self) {
      try await webhook(url, options: ["x": "file"])
    }
  }

  @Test func `JSON has the same, and the job's own method and headers are sent`() async throws {
    let webhook = try await webhook(
      "http://h/",
      [
        JobEntry("format", .text("json")), JobEntry("httpMethod", .text("put")),
        JobEntry(
          "quarterdeck.headers",
          .map([JobEntry("X-Team", .text("${job.group} ${option.h}"))])),
      ], event: .failure, status: .failed, options: ["h": "a\r\nX-Evil: 1"])
    #expect(webhook.method == "PUT")
    #expect(webhook.headers.contains { $0 == ("X-Team", "nightly aX-Evil: 1") })
    #expect(!webhook.headers.contains { $0.value.contains("\n") || $0.name == "X-Evil" })
    let body = try JSONDocument(Array(webhook.body.utf8))
    #expect(body.trigger.text == "failure" && body.status.text == "failed")
    #expect(body.executionId.int == 42)
    #expect(body.execution.job.name.text == "back up")
    #expect(body.execution.project.text == "demo")
    #expect(body.execution["date-started"].unixtime.int != nil)
  }

  @Test func `GET has no body`() async throws {
    let webhook = try await webhook("http://h/", [JobEntry("httpMethod", .text("get"))])
    #expect(webhook.method == "GET" && webhook.body.isEmpty)
    #expect(!webhook.headers.contains { $0.name == "Content-Type" })
  }

  @Test func `with a key of the server's the request proves who sent it`() async throws {
    let webhook = try await webhook("http://h/?a=1", secret: "k")
    // sha256("http://h/?a=1success42k"), by sha256sum.
    let digest = webhook.headers.first { $0.name == "X-RunDeck-Notification-SHA256-Digest" }
    #expect(
      digest?.value == "ddd4e08a9aea387f7edbd7b6dcfcaa56dc013de86bd367553584b28378585419")
  }

  @Test func `a start is told as running, whatever has become of it since`() async throws {
    let webhook = try await webhook("http://h/", event: .start, status: .running)
    #expect(webhook.body.contains("status='running'"))
    #expect(!webhook.body.contains("date-ended"))
  }
}
