import Database
import Model
import Store
import TestSupport

/// A migrated store with one project and one running execution of one node and two steps.
struct ExecutionFixture {
  static let term = Term(member: MemberID("m"), incarnation: 1)
  static let owner = Ownership(execution: ExecutionID(7), term: term, epoch: Epoch(1))
  /// The same execution under a term that has ended and under an epoch that never was.
  static let strangers = [
    Ownership(
      execution: owner.execution, term: Term(member: MemberID("m"), incarnation: 2), epoch: Epoch(1)
    ),
    Ownership(
      execution: owner.execution, term: Term(member: MemberID("n"), incarnation: 1), epoch: Epoch(1)
    ),
    Ownership(execution: owner.execution, term: term, epoch: Epoch(2)),
  ]
  static let key = StepKey(step: "1", node: "host")
  static let plan = ExecutionPlan(
    nodes: [PlannedNode(node: Node(name: "host"), agent: AgentID("a"))],
    steps: [PlannedStep(step: "1"), PlannedStep(step: "2")])

  let store: Store
  var executions: ExecutionStore { store.ask.executions }
  var assignments: AssignmentStore { store.ask.assignments }

  static func with(
    _ engine: Engine, _ body: (ExecutionFixture) async throws -> Void
  ) async throws {
    try await engine.withDatabase { database in
      let fixture = ExecutionFixture(store: Store(database))
      try await fixture.store.migrate()
      try await fixture.store.ask.run(
        "INSERT INTO project (name, description, created_at) VALUES ('p', '', 1)")
      _ = try await fixture.store.ask.members.register(facts("m"), after: nil)
      try await fixture.executions.insert(draft(7))
      try await body(fixture)
    }
  }

  static func facts(_ id: String) -> MemberFacts {
    MemberFacts(id: MemberID(id), name: id, url: "http://\(id)", version: "1", hostname: id)
  }

  static func draft(_ number: Int64, job: String? = nil, isExclusive: Bool = false)
    -> ExecutionDraft
  {
    ExecutionDraft(
      id: ExecutionID(number), project: "p", jobID: job.map { JobID($0) },
      jobName: job.map { _ in "backup" }, jobGroup: job.map { _ in "ops" }, definition: "{}",
      user: "admin", argString: "-a 'ü'", options: ["a": "ü"], sealedOptions: [0, 255, 1],
      nodeFilter: ".*", logLevel: "DEBUG", plan: plan, serverNode: "host", owner: term,
      createdAt: Instant(microseconds: 5), startedAt: Instant(microseconds: 6),
      isExclusive: isExclusive)
  }

  /// How many rows each of the writes touched.
  func rows(_ writes: ExecutionWrite...) async throws -> [Int] {
    try await store.commit(writes).map(\.rows)
  }

  /// How many rows the insertions wrote.
  func insert(_ drafts: ExecutionDraft...) async throws -> [Int] {
    var writes: [ExecutionWrite] = []
    for draft in drafts { writes.append(try .insert(draft)) }
    return try await store.commit(writes).map(\.rows)
  }

  func assign(_ number: Int64, step: String = "1", attempt: Int = 1) async throws {
    try await store.commit([
      .assign(
        AssignmentDraft(
          id: AssignmentID(number), key: StepKey(step: step, node: "host"), attempt: attempt,
          agent: AgentID("a"), specification: [1, 0, 2], createdAt: Instant(microseconds: 8)),
        by: Self.owner)
    ])
  }
}
