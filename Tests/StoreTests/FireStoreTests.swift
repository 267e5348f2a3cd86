import Database
import Model
import Store
import TestSupport
import Testing

@Suite struct FireStoreTests {
  @Test(arguments: Engine.all) func `an instant has one outcome, the first`(on engine: Engine)
    async throws
  {
    try await ClusterFixture.with(engine) { fixture in
      let term = try await fixture.join("a")
      let record = try await fixture.schedule("j", owner: term)
      let rows = [
        record.fire(1, .ran(ExecutionID(7))), record.fire(2, .missed(.catchUpWindow)),
        record.fire(2, .skipped(.passive)),
      ]
      #expect(try await fixture.fires.record(rows, by: term) == [true, true, false])
      #expect(try await fixture.fires.record(rows, by: term) == [false, false, false])
      var told = record.fire(3, .skipped(.invalid))
      told.detail = "no node"
      #expect(try await fixture.fires.record([told], by: term) == [true])
      let found = try await fixture.fires.of(
        record.job, from: record.instant(0), through: record.instant(3))
      #expect(found.map(\.outcome) == rows.prefix(2).map(\.outcome) + [told.outcome])
      #expect(found.map(\.detail) == [nil, nil, "no node"])
      #expect(found.allSatisfy { $0.term == term && $0.project == "p" })
      let one = try await fixture.fires.of(
        record.job, from: record.instant(1), through: record.instant(2))
      #expect(one.map(\.dueAt) == [record.instant(2)])
    }
  }

  @Test(arguments: Engine.all)
  func `only the owner's present term settles, and only instants of the version it names`(
    on engine: Engine
  ) async throws {
    try await ClusterFixture.with(engine) { fixture in
      let (a, b) = (try await fixture.join("a"), try await fixture.join("b"))
      let first = try await fixture.schedule("j", owner: a)
      func record(_ row: FireRow, by term: Term) async throws -> Bool {
        try await fixture.fires.record([row], by: term)[0]
      }
      #expect(try await record(first.fire(1), by: b) == false)
      #expect(try await record(first.fire(0), by: a) == false)
      #expect(try await record(first.fire(1, version: 2), by: a) == false)
      let next = Term(member: a.member, incarnation: 2)
      #expect(try await record(first.fire(1), by: next) == false)
      #expect(try await record(first.fire(9), by: a))
      let second = try #require(try await fixture.put(ClusterFixture.other, of: "j", owner: b))
      #expect(try await record(first.fire(8), by: a) == false)
      #expect(try await record(first.fire(8), by: b))
      #expect(try await record(first.fire(10), by: b) == false)
      #expect(try await record(first.fire(7, version: 2), by: b) == false)
      #expect(try await record(second.fire(1), by: b))
      try await fixture.join("b")
      #expect(try await record(second.fire(2), by: b) == false)
      var foreign = first.fire(3)
      foreign.job = JobID("none")
      #expect(try await record(foreign, by: b) == false)
    }
  }

  @Test(arguments: Engine.all) func `thousands of fires are written at once`(on engine: Engine)
    async throws
  {
    try await ClusterFixture.with(engine) { fixture in
      let term = try await fixture.join("a")
      let record = try await fixture.schedule("j", owner: term)
      let rows = (1...3000).map { record.fire($0) }
      #expect(try await fixture.fires.record(rows, by: term).allSatisfy { $0 })
      let last = try await fixture.fires.list(FireQuery(project: "p", limit: 2))
      #expect(last.map(\.dueAt) == [record.instant(3000), record.instant(2999)])
      let next = try await fixture.fires.list(
        FireQuery(job: record.job, after: last.last?.key, limit: 1))
      #expect(next.map(\.dueAt) == [record.instant(2998)])
    }
  }

  @Test(arguments: Engine.all) func `each filter keeps its fires`(on engine: Engine) async throws {
    try await ClusterFixture.with(engine) { fixture in
      let (a, b) = (try await fixture.join("a"), try await fixture.join("b"))
      let mine = try await fixture.schedule("mine", owner: a)
      let other = try await fixture.schedule("other", owner: b, project: "q")
      _ = try await fixture.fires.record(
        [mine.fire(1, .ran(ExecutionID(1))), mine.fire(2, .missed(.passive))], by: a)
      _ = try await fixture.fires.record([other.fire(3)], by: b)
      func list(_ query: FireQuery) async throws -> [String] {
        try await fixture.fires.list(query).map { "\($0.job) \($0.outcome.kind)" }
      }
      #expect(try await list(FireQuery()) == ["other skipped", "mine missed", "mine ran"])
      #expect(try await list(FireQuery(project: "q")) == ["other skipped"])
      #expect(try await list(FireQuery(kind: .ran)) == ["mine ran"])
      #expect(try await list(FireQuery(member: b.member)) == ["other skipped"])
      #expect(
        try await list(
          FireQuery(job: mine.job, from: mine.instant(1), through: mine.instant(2)))
          == ["mine missed"])
    }
  }
}

extension FireOutcome {
  var kind: FireKind {
    switch self {
    case .ran: .ran
    case .missed: .missed
    case .skipped: .skipped
    }
  }
}
