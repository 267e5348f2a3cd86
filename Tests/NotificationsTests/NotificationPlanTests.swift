import Model
import Store
import Testing

@testable import Notifications

@Suite struct NotificationPlanTests {
  private typealias Fixture = OutboxFixture

  @Test func `there is one notification for each receiver, in the definition's order`() {
    let job = Fixture.job(
      Fixture.on(
        "onsuccess", Fixture.webhook("http://a/x?y=${job.name}, https://B:81/z"),
        Fixture.email("ann@example.com,bob@example.com", [JobEntry("subject", .text("done"))]),
        .map([
          JobEntry(
            "plugin",
            .map([
              JobEntry("type", .text("Slack")),
              JobEntry("configuration", .map([JobEntry("channel", .text("#ops"))])),
            ]))
        ])))
    let drafts = NotificationPlan.drafts(for: .success, of: job)
    #expect(
      drafts.map(\.receiver) == [
        "http://a/x?y=${job.name}", "https://B:81/z", "ann@example.com", "bob@example.com",
        "Slack",
      ])
    #expect(drafts.map(\.place) == ["0-0", "0-1", "1-0", "1-1", "2-0"])
    #expect(
      drafts.map(\.fairness) == [
        "webhook a", "webhook b:81", "email", "email", "plugin Slack",
      ])
    #expect(drafts[2].content.settings == ["subject": "done"])
    #expect(drafts[4].content.settings == ["channel": "#ops"])
    #expect(NotificationPlan.drafts(for: .failure, of: job).isEmpty)
  }

  @Test func `the old form without lists means the same`() {
    let job = Fixture.job(
      .map([
        JobEntry(
          "onfailure",
          .map([
            JobEntry("recipients", .text("ann@example.com"))
          ])),
        JobEntry(
          "onstart",
          .map([
            JobEntry("urls", .text("http://a/")), JobEntry("httpMethod", .text("get")),
            JobEntry("email", .map([JobEntry("recipients", .text("bob@example.com"))])),
          ])),
      ]))
    #expect(NotificationPlan.drafts(for: .failure, of: job).map(\.kind) == [.email])
    let start = NotificationPlan.drafts(for: .start, of: job)
    #expect(Set(start.map(\.kind)) == [.webhook, .email])
    #expect(start.first { $0.kind == .webhook }?.content.settings["method"] == "GET")
  }

  @Test(arguments: [
    (ExecutionStatus.succeeded, NotificationEvent.success), (.failed, .failure),
    (.aborted, .failure), (.timedout, .failure), (.incomplete, .failure), (.other, .failure),
    (.failedWithRetry, .retryableFailure),
  ]) func `an end is one event`(status: ExecutionStatus, event: NotificationEvent) {
    #expect(NotificationEvent(end: status) == event)
  }

  @Test func `what has not ended is no event`() {
    for status in [ExecutionStatus.queued, .scheduled, .running] {
      #expect(NotificationEvent(end: status) == nil)
    }
  }

  @Test func `only the average duration has a threshold`() {
    let job = Fixture.job(
      .map([
        JobEntry("onavgduration", .list([Fixture.webhook("http://a/")])),
        JobEntry("onstart", .list([Fixture.webhook("http://a/")])),
      ]), threshold: "+30")
    #expect(
      NotificationPlan.drafts(for: .averageDuration, of: job).map(\.content.threshold) == ["+30"])
    #expect(NotificationPlan.drafts(for: .start, of: job).map(\.content.threshold) == [nil])
  }
}
