import Model
import Store
import TestSupport
import Testing

@Suite struct ExecutionQueueTests {
  private static let at = Instant(microseconds: 99)
  private static let claim = ExecutionWrite.Claim(
    plan: nil, serverNode: "node", startedAt: at)
  private static let decision = RemoteExecutionDecision(
    policy: "Random", candidates: [MemberID("a"), MemberID("b")],
    excluded: [.init(member: MemberID("c"), reason: "passive")], chosen: MemberID("b"),
    reason: "chance", criteria: ["allowed": "Other"])

  private static func queued(_ number: Int64, for member: Term, by decider: Term) -> ExecutionDraft
  {
    var draft = ExecutionFixture.draft(number, job: "j", isExclusive: true)
    draft.status = .queued
    draft.owner = nil
    draft.startedAt = nil
    draft.decision = decision
    draft.chosenMember = member.member
    draft.choice = 1
    draft.chosenAt = at
    draft.decider = decider
    return draft
  }

  @Test(arguments: Engine.all)
  func `nothing is launched in the name of a term that has ended`(on engine: Engine) async throws {
    try await ClusterFixture.with(engine) { fixture in
      let (a, b) = (try await fixture.join("a"), try await fixture.join("b"))
      var running = ExecutionFixture.draft(1)
      running.owner = a
      let queued = Self.queued(2, for: b, by: a)
      let next = try await fixture.join("a")
      let writes = [try ExecutionWrite.insert(running), try .insert(queued)]
      #expect(try await fixture.store.commit(writes).map(\.rows) == [0, 0])
      await #expect(throws: StoreError.staleTerm(subject: "the execution 1", term: a)) {
        try await fixture.store.ask.executions.insert(running)
      }
      running.owner = next
      #expect(try await fixture.store.commit([.insert(running)]).map(\.rows) == [1])
      try await fixture.members.markLeft(next)
      running.id = ExecutionID(3)
      #expect(try await fixture.store.commit([.insert(running)]).map(\.rows) == [0])
    }
  }

  @Test(arguments: Engine.all)
  func `a queued execution is claimed once, by whom it was chosen for`(on engine: Engine)
    async throws
  {
    try await ClusterFixture.with(engine) { fixture in
      let (a, b) = (try await fixture.join("a"), try await fixture.join("b"))
      let draft = Self.queued(1, for: b, by: a)
      var second = Self.queued(2, for: b, by: a)
      #expect(
        try await fixture.store.commit([.insert(draft), .insert(second)]).map(\.rows) == [1, 0])
      let executions = fixture.store.ask.executions
      let found = try await executions.queued(for: b.member)
      #expect(found == [try draft.record()])
      #expect(try found[0].decision() == Self.decision)
      #expect(try await executions.queued(for: a.member).isEmpty)
      let claims = [
        try ExecutionWrite.claim(draft.id, choice: 1, by: a, Self.claim),
        try .claim(draft.id, choice: 2, by: b, Self.claim),
        try .claim(draft.id, choice: 1, by: Term(member: b.member, incarnation: 2), Self.claim),
        try .claim(draft.id, choice: 1, by: b, Self.claim),
        try .claim(draft.id, choice: 1, by: b, Self.claim),
      ]
      #expect(try await fixture.store.commit(claims).map(\.rows) == [0, 0, 0, 1, 0])
      let claimed = try await executions.find(draft.id)
      #expect(claimed?.status == .running && claimed?.owner == b && claimed?.epoch == Epoch(1))
      #expect(claimed?.startedAt == Self.at && claimed?.serverNode == "node")
      #expect(try claimed?.plan() == ExecutionFixture.plan)
      second.isExclusive = false
      #expect(try await fixture.store.commit([.insert(second)]).map(\.rows) == [1])
    }
  }

  @Test(arguments: Engine.all)
  func `who does not claim in time is passed over, and comes too late then`(on engine: Engine)
    async throws
  {
    try await ClusterFixture.with(engine) { fixture in
      let (a, b) = (try await fixture.join("a"), try await fixture.join("b"))
      let draft = Self.queued(1, for: b, by: a)
      try await fixture.store.ask.executions.insert(draft)
      let executions = fixture.store.ask.executions
      #expect(try await executions.unclaimed(chosenBefore: Instant(microseconds: 98)).isEmpty)
      #expect(try await executions.unclaimed(chosenBefore: Self.at).map(\.id) == [draft.id])
      let choices = [
        try ExecutionWrite.choose(
          draft.id, from: 1, member: a.member, decision: Self.decision, by: a),
        try .choose(draft.id, from: 1, member: b.member, decision: Self.decision, by: b),
        try .claim(draft.id, choice: 1, by: b, Self.claim),
        .requestAbort(draft.id, by: "eve", at: Self.at),
      ]
      #expect(try await fixture.store.commit(choices).map(\.rows) == [1, 0, 0, 1])
      let record = try #require(try await executions.queued(for: a.member).first)
      #expect(record.choice == 2 && record.chosenAt! > Self.at)
      #expect(try await executions.unclaimed(chosenBefore: Self.at).isEmpty)
      #expect(
        try await executions.abortsRequested(of: a.member)
          == [AbortRequest(execution: draft.id, user: "eve", at: Self.at)])
      let end = ExecutionWrite.endUnclaimed(
        draft.id, .aborted, reason: "eve", at: Self.at, by: a)
      #expect(
        try await fixture.store.commit([end, .claim(draft.id, choice: 2, by: a, Self.claim), end])
          .map(\.rows) == [1, 0, 0])
      #expect(try await executions.find(draft.id)?.status == .aborted)
      #expect(try await executions.abortsRequested(of: a.member).isEmpty)
    }
  }

  @Test(arguments: Engine.all)
  func `a run that waits for its time begins on its owner or is queued for another`(
    on engine: Engine
  ) async throws {
    try await ClusterFixture.with(engine) { fixture in
      let (a, b) = (try await fixture.join("a"), try await fixture.join("b"))
      for number in [1, 2] as [Int64] {
        var draft = ExecutionFixture.draft(number)
        draft.status = .scheduled
        draft.owner = a
        draft.dueAt = Instant(microseconds: 1000 - number)
        try await fixture.store.ask.executions.insert(draft)
      }
      let executions = fixture.store.ask.executions
      let waiting = try await executions.scheduled(of: a.member)
      #expect(waiting.map(\.ownership.execution.number) == [2, 1])
      #expect(waiting.map(\.dueAt.microseconds) == [998, 999])
      let (second, first) = (waiting[0].ownership, waiting[1].ownership)
      let writes = [
        try ExecutionWrite.begin(first, Self.claim), try .begin(first, Self.claim),
        try .enqueue(for: b.member, decision: Self.decision, by: second),
        try .enqueue(for: b.member, decision: Self.decision, by: second),
      ]
      #expect(try await fixture.store.commit(writes).map(\.rows) == [1, 0, 1, 0])
      #expect(try await executions.scheduled(of: a.member).isEmpty)
      #expect(try await executions.unfinished(of: a.member) == [first])
      #expect(try await executions.counts() == [a.member: 1, nil: 1])
      let claim = try ExecutionWrite.claim(second.execution, choice: 1, by: b, Self.claim)
      #expect(try await fixture.store.commit([claim]).map(\.rows) == [1])
    }
  }

  @Test(arguments: Engine.all)
  func `a fire runs only with its row in the ledger, and the ledger says when it did not`(
    on engine: Engine
  ) async throws {
    try await ClusterFixture.with(engine) { fixture in
      let term = try await fixture.join("a")
      let record = try await fixture.schedule("j", owner: term)
      func draft(_ number: Int64, _ seconds: Int) -> ExecutionDraft {
        var draft = ExecutionFixture.draft(number, job: "j", isExclusive: true)
        draft.owner = term
        draft.dueAt = record.instant(seconds)
        draft.isFire = true
        return draft
      }
      func commit(_ runs: [(Int64, Int)]) async throws -> [ExecutionWriteAnswer] {
        let rows = runs.map { record.fire($0.1, .ran(ExecutionID($0.0))) }
        let inserts = try runs.map { try ExecutionWrite.insert(draft($0.0, $0.1)) }
        return Array(
          try await fixture.store.commit(
            ExecutionWrite.fires(rows, by: term) + inserts + ExecutionWrite.settleFires(rows)
          ).dropFirst())
      }
      #expect(try await fixture.store.commit([.insert(draft(9, 1))]).map(\.rows) == [0])
      let first = try await commit([(1, 1), (2, 2)])
      #expect(first[0].fires.map(\.dueAt).sorted() == [record.instant(1), record.instant(2)])
      #expect(first[1...2].map(\.rows) == [1, 0])
      #expect(first[3].fires.map(\.dueAt) == [record.instant(2)])
      // The same commit again, whose connection broke: nothing changes.
      #expect(try await commit([(1, 1), (2, 2)]).map(\.rows) == [0, 0, 0, 0])
      // Another member fires the same instants: its numbers are nowhere.
      #expect(try await commit([(11, 1), (12, 2)]).map(\.rows) == [0, 0, 0, 0])
      let outcomes = try await fixture.fires.of(
        record.job, from: record.instant(0), through: record.instant(2)
      ).map(\.outcome)
      #expect(outcomes == [.ran(ExecutionID(1)), .skipped(.alreadyRunning)])
      #expect(
        try await fixture.store.ask.executions.find(ExecutionID(1))?.dueAt == record.instant(1))
    }
  }

  @Test(arguments: Engine.all) func `what agents reported is told of many executions at once`(
    on engine: Engine
  ) async throws {
    try await ExecutionFixture.with(engine) { fixture in
      for number in 1...3 as ClosedRange<Int64> {
        try await fixture.assign(number, step: "\(number)")
      }
      let agent = AgentID("a")
      for (number, ended) in [(1, nil), (2, .init(.exited(code: 3), at: Self.at))]
        as [(Int64, AssignmentProgress.Ending?)]
      {
        _ = try await fixture.assignments.advance(
          AssignmentProgress(
            id: AssignmentID(number), agent: agent, from: 0, to: 9, startedAt: Self.at,
            ended: ended))
      }
      let reports = try await fixture.executions.reported(of: [ExecutionID(7), ExecutionID(8)])
      #expect(reports.map(\.assignment.number) == [1, 2])
      #expect(reports.map(\.state) == [.running, .ended])
      #expect(reports.map(\.outcome) == [nil, .exited(code: 3)])
      #expect(reports[1].startedAt == Self.at && reports[1].endedAt == Self.at)
    }
  }
}
