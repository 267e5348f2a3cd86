import Database
public import Model

extension StoreScope {
  /// Questions about the cluster's members.
  public var members: MemberStore { MemberStore(scope: self) }
}

/// The register of members. All its times are the database's.
public struct MemberStore: Sendable {
  let scope: StoreScope

  /// The member of that UUID, or nil when it never registered.
  public func find(_ id: MemberID) async throws(StoreError) -> MemberRecord? {
    try await scope.first(
      "SELECT \(MemberRecord.columns) FROM member WHERE uuid = $1", [.text(id.text)],
      as: MemberRecord.init(row:))
  }

  /// All members that ever registered and were not forgotten, by UUID.
  public func all() async throws(StoreError) -> [MemberRecord] {
    try await scope.all(
      "SELECT \(MemberRecord.columns) FROM member ORDER BY uuid", as: MemberRecord.init(row:))
  }

  /// Says that the term's member is alive and how busy it is, and answers the database's time: one
  /// statement, whatever the member owns.
  ///
  /// Throws `StoreError.staleTerm` when the term was fenced or another incarnation of the member has
  /// registered since. A late heartbeat of a term that nobody ended is as good as one in time.
  public func heartbeat(_ term: Term, load: MemberLoad) async throws(StoreError) -> Instant {
    let renewed = try await scope.first(
      """
      UPDATE member SET heartbeat_at = \(scope.dialect.now), running = $3, capacity = $4, cpu_load = $5
      WHERE \(Term.condition) RETURNING heartbeat_at
      """,
      term.arguments + [
        .integer(Int64(load.running)), .integer(Int64(load.capacity)),
        .integer(Int64(load.cpuPermille)),
      ]
    ) { (row: Row) throws(StoreError) in try row.instant("heartbeat_at") }
    guard let renewed else { throw .staleTerm(subject: "the member's heartbeat", term: term) }
    return renewed
  }

  /// `heartbeat` of a member that does not say how busy it is.
  public func renew(_ term: Term) async throws(StoreError) -> Instant {
    try await heartbeat(term, load: MemberLoad())
  }

  /// Whether the term has neither been fenced nor followed by another, and has not left.
  public func isCurrent(_ term: Term) async throws(StoreError) -> Bool {
    try await !scope.run("SELECT 1 FROM member WHERE \(Term.condition)", term.arguments).rows
      .isEmpty
  }

  /// Notes whether the member hands over what it owns. False when the term has ended.
  @discardableResult
  public func setDraining(_ term: Term, _ isDraining: Bool) async throws(StoreError) -> Bool {
    try await scope.run(
      "UPDATE member SET draining = $3 WHERE \(Term.condition)",
      term.arguments + [.flag(isDraining)]
    ).changes == 1
  }

  /// Notes that the member ended in order: its term ends with it. False when it had ended before.
  @discardableResult
  public func markLeft(_ term: Term) async throws(StoreError) -> Bool {
    let results = try await scope.batch([
      term.lock(scope.dialect.forUpdate),
      Statement(
        "UPDATE member SET left_at = \(scope.dialect.now) WHERE \(Term.condition)", term.arguments),
    ])
    return results[1].changes == 1
  }
}
