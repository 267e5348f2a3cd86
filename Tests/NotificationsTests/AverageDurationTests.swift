import Model
import Store
import TestSupport
import Testing

@testable import Notifications

@Suite struct AverageDurationTests {
  private typealias Fixture = OutboxFixture

  private func job(_ threshold: String?) -> Job {
    Fixture.job(
      Fixture.on("onavgduration", Fixture.webhook("http://a/")), threshold: threshold)
  }

  /// An execution of this job that began a minute ago; the job's executions took ten seconds before.
  private func outcome(
    _ threshold: String?, on engine: Engine, lasted: Duration? = nil, hasHistory: Bool = true,
    options: [String: String] = [:],
    _ look: (OutboxFixture, NotingChannel) async throws -> Void
  ) async throws {
    let job = job(threshold)
    try await Fixture.with(engine) { fixture in
      if hasHistory {
        try await fixture.add(
          1, job, status: .succeeded, age: .seconds(1_000), lasted: .seconds(10))
      }
      let owner = try await fixture.add(
        job, status: lasted == nil ? .running : .succeeded, age: .seconds(60), lasted: lasted,
        options: options)
      try await fixture.put(.averageDuration, job, owner, status: .running)
      let channel = NotingChannel()
      let service = try await fixture.service([.webhook: channel])
      try await service.deliverDue()
      try await service.deliverDue()
      try await look(fixture, channel)
    }
  }

  @Test(arguments: Engine.all, [nil, "20%", "+30s", "50s", "${option.limit}"])
  func `who takes longer is told of once`(engine: Engine, threshold: String?) async throws {
    try await outcome(threshold, on: engine, options: ["limit": "+5"]) { fixture, channel in
      #expect(channel.facts.map(\.event) == [.averageDuration])
      #expect(channel.facts.first?.status == "running")
      let records = try await fixture.all()
      #expect(records.map(\.state) == [.delivered])
    }
  }

  @Test(arguments: Engine.all, [("2h", 7_200), ("+5m", 310), ("10000%", 1_010)])
  func `who may yet take longer is waited for, and it shows until when`(
    engine: Engine, threshold: (text: String, seconds: Int)
  ) async throws {
    try await outcome(threshold.text, on: engine) { fixture, channel in
      #expect(channel.facts.isEmpty)
      let record = try #require(try await fixture.all().first)
      let start = try #require(
        try await fixture.store.ask.executions.find(ExecutionID(7))?.startedAt)
      #expect(record.state == .waiting && record.claimedBy == nil && record.attempts == 0)
      // A member knows the database's time as exactly as its question was quick.
      let due = start.advanced(by: .seconds(threshold.seconds))
      #expect(record.dueAt > due.advanced(by: .seconds(-20)))
      #expect(record.dueAt < due.advanced(by: .seconds(20)))
    }
  }

  @Test(arguments: Engine.all)
  func `who was quick enough is not told of, even when that is found out late`(
    engine: Engine
  ) async throws {
    try await outcome("20s", on: engine, lasted: .seconds(15)) { fixture, channel in
      #expect(channel.facts.isEmpty)
      let records = try await fixture.all()
      #expect(records.isEmpty)
    }
    try await outcome("20s", on: engine, lasted: .seconds(25)) { _, channel in
      #expect(channel.facts.count == 1)
    }
  }

  @Test func `without an average there is nothing to exceed`() async throws {
    try await outcome(nil, on: .sqlite, hasHistory: false) { fixture, channel in
      #expect(channel.facts.isEmpty)
      let records = try await fixture.all()
      #expect(records.isEmpty)
    }
  }

  @Test func `a threshold that is none is said to be none`() async throws {
    try await outcome("${option.none}soon", on: .sqlite) { fixture, channel in
      #expect(channel.facts.isEmpty)
      let record = try #require(try await fixture.all().first)
      #expect(record.state == .dead)
      #expect(record.error?.contains("notifyAvgDurationThreshold is 'soon'") == true)
    }
  }
}
