import Cluster
import Model
import Store
import Synchronization
import TestSupport
import Testing

@Suite struct DrainTests {
  /// What was asked of the member, in order.
  private final class Record: Sendable {
    let words = Mutex<[String]>([])
    func note(_ word: String) { words.withLock { $0.append(word) } }
    var all: [String] { words.withLock { $0 } }
  }

  private func drain(
    _ member: TestMember, _ record: Record,
    carrying: @escaping @Sendable (Bool) async throws -> Void = { _ in }
  ) -> Drain {
    Drain(
      store: member.store, terms: member.terms, databaseTime: member.databaseTime,
      timing: member.timing, time: member.time,
      steps: DrainSteps(
        stopFiring: { record.note("stop firing") },
        stopCarrying: { isHandedOver in
          record.note("stop carrying, handed over: \(isHandedOver)")
          try await carrying(isHandedOver)
        }, resume: { record.note("resume") }),
      logger: .silent)
  }

  @Test(arguments: Engine.all) func `a member leaves in order, and asking twice changes nothing`(
    on engine: Engine
  ) async throws {
    try await engine.withStore { store in
      let member = try await TestMember.begin("m", store)
      _ = try await TestMember.begin("o", store)
      let record = Record()
      let drain = drain(member, record)
      async let first = drain.run(within: .seconds(10), cause: "the test asked")
      async let second = drain.run(within: .seconds(10), cause: "the test asked")
      let results = try await [first, second, drain.run(within: .zero, cause: "late")]
      #expect(Set(results).count == 1)
      #expect(results[0].term == member.term && results[0].executions == 0)
      #expect(record.all == ["stop firing", "stop carrying, handed over: true"])
      #expect(member.terms.held == nil)
      #expect(try await store.ask.members.find(member.facts.id)?.leftAt != nil)
      let kinds = try await store.ask.decisions.list(DecisionQuery()).map(\.decision.kind)
      #expect(kinds.contains(.drain) && kinds.contains(.handover))
    }
  }

  @Test func `alone it waits for its executions and keeps what it owns`() async throws {
    try await Engine.sqlite.withStore { store in
      let member = try await TestMember.begin("m", store)
      let passive = try await TestMember.begin("p", store)
      try await store.ask.executionModes.set(.passive, of: passive.facts.id)
      let record = Record()
      try await drain(member, record).run(within: .seconds(10), cause: "the test asked")
      #expect(record.all == ["stop firing", "stop carrying, handed over: false"])
      let kinds = try await store.ask.decisions.list(DecisionQuery()).map(\.decision.kind)
      #expect(!kinds.contains(.handover))
    }
  }

  @Test func `a drain that takes too long is given up, and can be asked for again`() async throws {
    try await Engine.sqlite.withStore { store in
      let member = try await TestMember.begin("m", store)
      let record = Record()
      let isFirst = Mutex(true)
      let drain = drain(member, record) { _ in
        let waits = isFirst.withLock { first in
          defer { first = false }
          return first
        }
        if waits { try await Task.sleep(for: .seconds(3600)) }
      }
      let running = Task { try await drain.run(within: .seconds(10), cause: "the test asked") }
      _ = try await wait { record.all.count == 2 ? true : nil }
      await member.clock.sleepers()
      #expect(try await store.ask.members.find(member.facts.id)?.isDraining == true)
      member.clock.advance(by: .seconds(10))
      let error = await #expect(throws: DrainError.self) { try await running.value }
      #expect(error?.description.contains("waiting for executions took too long") == true)
      #expect(record.all.last == "resume")
      #expect(try await store.ask.members.find(member.facts.id)?.isDraining == false)
      member.terms.renewed(member.term, sent: member.time.now)
      #expect(member.terms.held == member.term)
      try await drain.run(within: .seconds(10), cause: "the test asked again")
      #expect(member.terms.held == nil)
    }
  }

  @Test func `a member without a term cannot drain`() async throws {
    try await Engine.sqlite.withStore { store in
      let member = try await TestMember.begin("m", store)
      member.clock.advance(by: .seconds(60))
      let record = Record()
      let drain = drain(member, record)
      await #expect(throws: DrainError.self) {
        try await drain.run(within: .seconds(1), cause: "the test asked")
      }
      #expect(record.all.isEmpty)
    }
  }

  @Test func `however many members there are, their modes are one question`() async throws {
    try await Engine.sqlite.withDatabase { database in
      let log = LoggedDatabase(database)
      let store = Store(log)
      try await store.migrate()
      let member = try await TestMember.begin("m", store)
      for number in 1...5 { _ = try await TestMember.begin("o\(number)", store) }
      let before = log.statements.count
      try await drain(member, Record()).run(within: .seconds(10), cause: "the test asked")
      let asked = log.statements.dropFirst(before).filter {
        $0.contains("FROM cluster_setting WHERE name")
      }
      #expect(asked.count == 1)
      #expect(
        try await store.ask.decisions.list(DecisionQuery(kinds: [.handover])).isEmpty == false)
    }
  }
}
