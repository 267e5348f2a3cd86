import Database
import Model
import Store
import TestSupport
import Testing

@testable import Notifications

/// What is told of a job that an execution runs as a reference.
@Suite struct ReferenceFactsTests {
  private typealias Fixture = OutboxFixture

  private static let reference = NotificationContent.Reference(
    job: "a1b2", name: "child", group: "deep", description: "",
    cell: StepKey(step: "2", node: ""), options: ["o": "of the child"])

  /// An execution that began an hour ago and goes on; its step 2, the reference, began a minute ago. Executions of the
  /// referenced job took ten seconds.
  private func told(
    _ event: NotificationEvent, threshold: String? = nil, ended: Bool = false, on engine: Engine
  ) async throws -> [NotificationFacts] {
    let job = Fixture.job(
      Fixture.on(event.key, Fixture.webhook("http://a/${option.o}")), threshold: threshold)
    let channel = NotingChannel()
    try await Fixture.with(engine) { fixture in
      try await fixture.add(1, job, status: .succeeded, age: .seconds(9_000), lasted: .seconds(10))
      let owner = try await fixture.add(job, age: .seconds(3_600), options: ["o": "of the parent"])
      let now = fixture.store.ask.dialect.now
      try await fixture.store.ask.run(
        """
        INSERT INTO step_state (execution_id, step, node, state, started_at, updated_at, ended_at)
        VALUES (7, '2', '', $1, \(now) - 60000000, \(now), \(ended ? "\(now) - 30000000" : "NULL"))
        """, [.text(ended ? "SUCCEEDED" : "RUNNING")])
      try await fixture.store.commit(
        try NotificationPlan.writes(
          for: event, of: job, as: Self.reference, status: .running, by: owner))
      try await fixture.service([.webhook: channel]).deliverDue()
    }
    return channel.facts
  }

  @Test(arguments: Engine.all)
  func `its end is the reference's, and options are its own`(on engine: Engine) async throws {
    let facts = try #require(try await told(.success, ended: true, on: engine).first)
    #expect(facts.job.name == "child" && facts.jobID == "a1b2")
    #expect(NotificationContext(facts).expand("${option.o}") == "of the child")
    let (start, end) = (try #require(facts.startedAt), try #require(facts.endedAt))
    #expect((29...31).contains(start.duration(to: end).components.seconds))
    #expect(facts.execution?.endedAt == nil)
  }

  @Test(arguments: Engine.all)
  func `the reference's own time is compared with the job's average`(on engine: Engine)
    async throws
  {
    #expect(try await told(.averageDuration, on: engine).count == 1)
    #expect(try await told(.averageDuration, threshold: "+2m", on: engine).isEmpty)
    let short = try await told(.averageDuration, threshold: "45s", ended: true, on: engine)
    #expect(short.isEmpty, "it took half a minute")
  }
}
