import Model
import Store
import TestSupport
import Testing

@Suite struct DecisionStoreTests {
  @Test(arguments: Engine.all) func `decisions are listed by each of what they are about`(
    on engine: Engine
  ) async throws {
    try await ClusterFixture.with(engine) { fixture in
      let decisions = [
        Decision(
          kind: .forward, member: MemberID("a"), subject: MemberID("b"), job: JobID("j"),
          execution: ExecutionID(1), project: "p", reason: "chance", detail: "{}"),
        Decision(kind: DecisionKind(rawValue: "newer"), member: MemberID("b"), reason: "why"),
        Decision(kind: .drain, member: MemberID("c"), project: "q", reason: "asked for"),
      ]
      let store = fixture.store.ask.decisions
      try await store.add(Array(decisions.prefix(2)))
      try await fixture.store.commit([.remember(decisions[2])])
      func list(_ query: DecisionQuery) async throws -> [Int] {
        try await store.list(query).compactMap { decisions.firstIndex(of: $0.decision) }
      }
      #expect(try await list(DecisionQuery()) == [2, 1, 0])
      #expect(try await list(DecisionQuery(kinds: [.forward, .drain])) == [2, 0])
      #expect(try await list(DecisionQuery(member: MemberID("b"))) == [1, 0])
      #expect(try await list(DecisionQuery(job: JobID("j"))) == [0])
      #expect(try await list(DecisionQuery(execution: ExecutionID(1), project: "p")) == [0])
      let records = try await store.list(DecisionQuery(limit: 2))
      #expect(try await list(DecisionQuery(before: records.last?.id)) == [0])
      #expect(try await list(DecisionQuery(from: records[0].at)) == [2])
      #expect(try await list(DecisionQuery(through: records[1].at)).contains(1))
    }
  }
}
