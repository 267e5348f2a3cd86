import Database
public import Model

extension StoreScope {
  /// The ledger of due instants.
  public var fires: FireStore { FireStore(scope: self) }
}

/// The ledger of due instants: one row, and so one outcome, for each.
public struct FireStore: Sendable {
  let scope: StoreScope

  /// The outcomes of a job's instants in (`from`, `through`], oldest first.
  public func of(
    _ job: JobID, from: Instant, through: Instant
  ) async throws(StoreError) -> [FireRecord] {
    try await of([job], from: from, through: through)
  }

  /// The outcomes of these jobs' instants in (`from`, `through`], by job, oldest first.
  public func of(
    _ jobs: [JobID], from: Instant, through: Instant
  ) async throws(StoreError) -> [FireRecord] {
    var found: [FireRecord] = []
    for list in ValueList.lists(of: jobs.map { .text($0.text) }) {
      let count = list.arguments.count
      found += try await scope.all(
        """
        SELECT \(FireRecord.columns) FROM fire
        WHERE job_id IN (\(list.marks)) AND due_at > $\(count + 1) AND due_at <= $\(count + 2)
        ORDER BY job_id, due_at
        """, list.arguments + [.instant(from), .instant(through)], as: FireRecord.init(row:))
    }
    return found
  }

  /// The outcomes that a query selects, the latest instant first.
  public func list(_ query: FireQuery) async throws(StoreError) -> [FireRecord] {
    var arguments = SQLArguments()
    let conditions = query.conditions(&arguments)
    let limit = arguments.add(.integer(Int64(query.limit)))
    return try await scope.all(
      """
      SELECT \(FireRecord.columns) FROM fire WHERE \(conditions)
      ORDER BY due_at DESC, job_id DESC LIMIT \(limit)
      """, arguments.values, as: FireRecord.init(row:))
  }

  /// Writes outcomes in the term's name, in a transaction of their own, and answers for each whether this call
  /// wrote it.
  ///
  /// It does not when the instant has an outcome already, the term has ended, its member does not own the
  /// schedule, or the instant is outside the named version's (`validFrom`, `validUntil`]. An owner may
  /// settle instants of a version that has ended. Changes of these schedules wait for this, and this
  /// waits for them.
  ///
  /// - Parameter tellsMisses: whether missed instants of jobs that have notifications are noted for those, in the same
  ///   transaction.
  public func record(
    _ rows: [FireRow], by term: Term, tellsMisses: Bool = true
  ) async throws(StoreError) -> [Bool] {
    var taken: Set<FireKey> = []
    for part in rows.parts(of: ValueList.longest) {
      let writes = ExecutionWrite.fires(Array(part), by: term)
      let notice = tellsMisses ? try ExecutionWrite.notifyMissed(part, by: term) : nil
      let notices = notice.map { [$0] } ?? []
      let results = try await scope.batch(
        [term.lock(scope.dialect.forKeyShare)]
          + (writes + notices).map { $0.statement(for: scope.dialect) })
      taken.formUnion(try FireKey.keys(of: results[writes.count].rows))
    }
    // Of two equal rows the first is the one that was written.
    return rows.map { taken.remove($0.key) != nil }
  }
}

/// Which outcomes a list is to have.
public struct FireQuery: Sendable, Hashable {
  public var project: String?
  public var job: JobID?
  /// `ran`, `missed`, `skipped`: those of one kind only.
  public var kind: FireKind?
  /// Who settled them.
  public var member: MemberID?
  /// Instants after this one only.
  public var from: Instant?
  /// Instants up to and including this one only.
  public var through: Instant?
  /// Goes on behind the last one of a page.
  public var after: FireKey?
  public var limit: Int

  public init(
    project: String? = nil, job: JobID? = nil, kind: FireKind? = nil, member: MemberID? = nil,
    from: Instant? = nil, through: Instant? = nil, after: FireKey? = nil, limit: Int = 200
  ) {
    self.project = project
    self.job = job
    self.kind = kind
    self.member = member
    self.from = from
    self.through = through
    self.after = after
    self.limit = limit
  }

  func conditions(_ arguments: inout SQLArguments) -> String {
    var conditions = ["1 = 1"]
    if let project { conditions.append("project = \(arguments.add(.text(project)))") }
    if let job { conditions.append("job_id = \(arguments.add(.text(job.text)))") }
    if let kind { conditions.append("outcome = \(arguments.add(.text(kind.rawValue)))") }
    if let member { conditions.append("member = \(arguments.add(.text(member.text)))") }
    if let from { conditions.append("due_at > \(arguments.add(.instant(from)))") }
    if let through { conditions.append("due_at <= \(arguments.add(.instant(through)))") }
    if let after {
      let due = arguments.add(.instant(after.dueAt))
      conditions.append("(due_at, job_id) < (\(due), \(arguments.add(.text(after.job.text))))")
    }
    return conditions.joined(separator: " AND ")
  }
}

/// The three kinds of `FireOutcome`.
public enum FireKind: String, Sendable, Hashable, CaseIterable {
  case ran, missed, skipped
}
