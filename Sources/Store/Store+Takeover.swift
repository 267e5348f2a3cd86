import Database
public import Model

/// Which schedules somebody wants to be taken.
public enum ScheduleSelection: Sendable, Hashable {
  case all
  /// Those that a member owns.
  case member(MemberID)
  case project(String)
  case jobs([JobID])
  /// Those that nobody owns, or whose owner was fenced, has left or never registered.
  case unowned
}

/// What became of a wish to take schedules.
public struct TakenSchedules: Sendable, Hashable {
  /// A schedule that got another owner.
  public struct Taken: Sendable, Hashable {
    public let job: JobID
    public let project: String
    /// Who owned it before.
    public let previous: MemberID?
  }

  /// By job.
  public let taken: [Taken]
  /// Jobs that were named and have no schedule, or none that may be taken.
  public let failed: [JobID]
}

extension Store {
  /// Makes a member the owner of the selected schedules, in one transaction; what it owns already is left
  /// alone. The members hear `schedulesChanged`.
  ///
  /// Throws `StoreError.notFound` (kind `member`) when `member` is not registered or its term has ended,
  /// and `StoreError.staleTerm` when `by` is given and has ended.
  public func takeSchedules(
    _ selection: ScheduleSelection, for member: MemberID, by term: Term?
  ) async throws -> TakenSchedules {
    try await transaction { scope in
      try await ScheduleTaking(scope: scope, selection: selection, member: member, by: term).run()
    }
  }
}

private struct ScheduleTaking {
  let scope: StoreScope
  let selection: ScheduleSelection
  let member: MemberID
  let by: Term?

  func run() async throws(StoreError) -> TakenSchedules {
    if let limit = scope.dialect.limitLockWaits(to: Store.handoverPatience) {
      try await scope.run(limit.sql, limit.arguments)
    }
    try await lockMembers()
    let taken = try await lockSchedules()
    try await move(taken.map(\.job))
    try await remember(taken)
    let isMany = taken.count > 1_000
    if !taken.isEmpty {
      try await scope.announce([.schedulesChanged(isMany ? [] : taken.map(\.job))])
    }
    return TakenSchedules(taken: taken, failed: try await failed(taken))
  }

  private func lockMembers() async throws(StoreError) {
    let members = Set([member, by?.member].compactMap { $0 }).sorted { $0.text < $1.text }
    let answers = try await scope.batch(
      members.map {
        Statement(
          """
          SELECT uuid, incarnation FROM member
          WHERE uuid = $1 AND fenced_at IS NULL AND left_at IS NULL \(scope.dialect.forKeyShare)
          """, [.text($0.text)])
      })
    var present: [MemberID: Term] = [:]
    for row in answers.flatMap(\.rows) {
      let id = MemberID(try row.text("uuid"))
      present[id] = Term(member: id, incarnation: try row.int("incarnation"))
    }
    guard present[member] != nil else { throw .notFound(kind: "member", key: member.text) }
    if let by, present[by.member] != by { throw .staleTerm(subject: "the takeover", term: by) }
  }

  private func lockSchedules() async throws(StoreError) -> [TakenSchedules.Taken] {
    var taken: [TakenSchedules.Taken] = []
    for (condition, arguments) in conditions() {
      taken += try await scope.all(
        """
        SELECT job_id, project, owner_member FROM schedule
        WHERE owner_member IS DISTINCT FROM $1 AND \(condition)
        ORDER BY job_id \(scope.dialect.bytewise) \(scope.dialect.forUpdate)
        """, [.text(member.text)] + arguments
      ) { row throws(StoreError) in
        TakenSchedules.Taken(
          job: JobID(try row.text("job_id")), project: try row.text("project"),
          previous: try row.optionalText("owner_member").map(MemberID.init))
      }
    }
    return taken
  }

  private func conditions() -> [(String, [DatabaseValue])] {
    switch selection {
    case .all: [("1 = 1", [])]
    case .member(let owner): [("owner_member = $2", [.text(owner.text)])]
    case .project(let project): [("project = $2", [.text(project)])]
    case .jobs(let jobs):
      SQLJobList.lists(of: jobs, from: 2).map {
        ("rule IS NOT NULL AND job_id IN (\($0.marks))", $0.arguments)
      }
    case .unowned:
      [
        (
          """
          NOT EXISTS (SELECT 1 FROM member AS m WHERE m.uuid = schedule.owner_member
            AND m.fenced_at IS NULL AND m.left_at IS NULL)
          """, []
        )
      ]
    }
  }

  private func move(_ jobs: [JobID]) async throws(StoreError) {
    let statements = SQLJobList.lists(of: jobs, from: 2).map { list in
      Statement(
        """
        UPDATE schedule SET owner_member = $1, updated_at = \(scope.dialect.now)
        WHERE job_id IN (\(list.marks))
        """, [.text(member.text)] + list.arguments)
    }
    try await scope.batch(statements)
  }

  /// One record for each project and former owner.
  private func remember(_ taken: [TakenSchedules.Taken]) async throws(StoreError) {
    let groups = Dictionary(grouping: taken) { "\($0.project)\u{0}\($0.previous?.text ?? "")" }
    let decisions = groups.sorted { $0.key < $1.key }.map { _, taken in
      let from = taken[0].previous.map { "the member \($0)" } ?? "nobody"
      return Decision(
        kind: .takeover, member: by?.member ?? member, subject: member,
        job: taken.count == 1 ? taken[0].job : nil, project: taken[0].project,
        reason: "\(taken.count) schedules of the project went to the member \(member), from \(from)"
      )
    }
    try await scope.decisions.add(decisions)
  }

  private func failed(_ taken: [TakenSchedules.Taken]) async throws(StoreError) -> [JobID] {
    guard case .jobs(let jobs) = selection else { return [] }
    let owned = try await scope.schedules.find(jobs).filter { $0.rule != nil }.map(\.job)
    let known = Set(owned)
    return jobs.filter { !known.contains($0) }
  }
}
