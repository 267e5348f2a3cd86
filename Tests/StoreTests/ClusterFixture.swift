import Database
import Model
import Store
import TestSupport

/// A migrated store with two projects, some of whose jobs a test schedules for members that it lets join.
struct ClusterFixture: Sendable {
  static let rule = JobSchedule(crontab: "0 * * * * ? *", timeZone: "Europe/Berlin")
  static let other = JobSchedule(
    crontab: "30 * * * * ? *", timeZone: "UTC", catchUp: CatchUpPolicy(mode: .all, window: 5))

  let store: Store
  var schedules: ScheduleStore { store.ask.schedules }
  var fires: FireStore { store.ask.fires }
  var members: MemberStore { store.ask.members }

  static func with(
    _ engine: Engine, _ body: (ClusterFixture) async throws -> Void
  ) async throws {
    try await engine.withDatabase { database in try await body(try await make(database)) }
  }

  static func make(_ database: any Database) async throws -> ClusterFixture {
    let fixture = ClusterFixture(store: Store(database))
    try await fixture.store.migrate()
    for project in ["p", "q"] {
      _ = try await fixture.store.ask.projects.insert(name: project, description: "")
    }
    return fixture
  }

  /// The next term of a member.
  @discardableResult
  func join(_ id: String, session: String? = nil) async throws -> Term {
    let known = try await members.find(MemberID(id))?.incarnation
    var facts = ExecutionFixture.facts(id)
    facts.session = session.map { MemberSession($0) }
    guard let record = try await members.register(facts, after: known) else {
      throw StoreError.notFound(kind: "member", key: id)
    }
    return record.term
  }

  /// Lets the member have been silent for so long.
  func silence(_ term: Term, for seconds: Int64) async throws {
    try await store.ask.run(
      "UPDATE member SET heartbeat_at = heartbeat_at - $2 WHERE uuid = $1",
      [.text(term.member.text), .integer(seconds * 1_000_000)])
  }

  func addJob(_ id: String, project: String = "p") async throws {
    try await store.ask.jobs.insert(
      Job(name: id, workflow: Workflow(steps: [])), id: JobID(id), project: project, by: "me")
  }

  /// Writes the schedule as an edit of its job does.
  @discardableResult
  func put(
    _ rule: JobSchedule? = rule, of job: String, isEnabled: Bool = true, owner: Term? = nil,
    project: String = "p"
  ) async throws -> ScheduleRecord? {
    try await store.transaction { scope in
      try await scope.schedules.lock([JobID(job)])
      return try await scope.schedules.put(
        rule, isEnabled: isEnabled, of: JobID(job), project: project, owner: owner?.member)
    }
  }

  /// A job with a schedule of the owner's.
  func schedule(_ job: String, owner: Term, project: String = "p") async throws -> ScheduleRecord {
    try await addJob(job, project: project)
    guard let record = try await put(of: job, owner: owner, project: project) else {
      throw StoreError.notFound(kind: "schedule", key: job)
    }
    return record
  }

  func schedule(of job: String) async throws -> ScheduleRecord? {
    try await schedules.find([JobID(job)]).first
  }

  func versions(of job: String) async throws -> [ScheduleVersion] {
    try await schedules.versions(
      of: JobID(job), from: Instant(microseconds: 0), through: Instant(microseconds: .max))
  }

  /// A running execution of the owner's with one open assignment that has its number.
  func run(_ number: Int64, owner: Term, status: ExecutionStatus = .running) async throws {
    var draft = ExecutionFixture.draft(number)
    draft.owner = owner
    draft.status = status
    try await store.ask.executions.insert(draft)
    let ownership = Ownership(execution: draft.id, term: owner, epoch: draft.epoch)
    try await store.commit([
      .assign(
        AssignmentDraft(
          id: AssignmentID(number), key: ExecutionFixture.key, agent: AgentID("a"),
          specification: [], createdAt: Instant(microseconds: 1)), by: ownership)
    ])
  }
}

extension ScheduleRecord {
  /// So many seconds after this version began.
  func instant(_ seconds: Int) -> Instant { validFrom.advanced(by: .seconds(seconds)) }

  /// The outcome of an instant of this version.
  func fire(
    _ seconds: Int, _ outcome: FireOutcome = .skipped(.calendar), version: Int64? = nil
  ) -> FireRow {
    FireRow(
      job: job, dueAt: instant(seconds), version: version ?? self.version, project: project,
      outcome: outcome)
  }
}
