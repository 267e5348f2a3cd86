import Database
public import Model

extension StoreScope {
  /// Questions about the cluster's members.
  public var members: MemberStore { MemberStore(scope: self) }
}

/// The register of members. All its times are the database's.
public struct MemberStore: Sendable {
  let scope: StoreScope

  private static let columns =
    "uuid, name, url, version, hostname, incarnation, started_at, heartbeat_at"

  /// The member of that UUID, or nil when it never registered.
  public func find(_ id: MemberID) async throws(StoreError) -> MemberRecord? {
    try await scope.first(
      "SELECT \(Self.columns) FROM member WHERE uuid = $1", [.text(id.text)],
      as: MemberRecord.init(row:))
  }

  /// All members that ever registered, by UUID.
  public func all() async throws(StoreError) -> [MemberRecord] {
    try await scope.all(
      "SELECT \(Self.columns) FROM member ORDER BY uuid", as: MemberRecord.init(row:))
  }

  /// Begins a new term: incarnation 1 for a member that never registered (`known` is nil), else one
  /// more than `known`. Nil when somebody else registered this UUID in between.
  public func register(
    _ facts: MemberFacts, after known: Int64?
  ) async throws(StoreError) -> MemberRecord? {
    let now = scope.dialect.now
    return try await scope.first(
      """
      INSERT INTO member (uuid, name, url, version, hostname, incarnation, started_at, heartbeat_at)
      VALUES ($1, $2, $3, $4, $5, 1, \(now), \(now))
      ON CONFLICT (uuid) DO UPDATE SET name = excluded.name, url = excluded.url,
        version = excluded.version, hostname = excluded.hostname,
        incarnation = member.incarnation + 1, started_at = excluded.started_at,
        heartbeat_at = excluded.heartbeat_at
      WHERE member.incarnation = $6
      RETURNING \(Self.columns)
      """,
      [
        .text(facts.id.text), .text(facts.name), .text(facts.url), .text(facts.version),
        .text(facts.hostname), .integer(known ?? 0),
      ], as: MemberRecord.init(row:))
  }

  /// Says that the term's member is alive and answers the database's time.
  ///
  /// Throws `StoreError.staleTerm` when another incarnation of the member has registered since.
  public func renew(_ term: Term) async throws(StoreError) -> Instant {
    let renewed = try await scope.first(
      """
      UPDATE member SET heartbeat_at = \(scope.dialect.now)
      WHERE uuid = $1 AND incarnation = $2
      RETURNING heartbeat_at
      """,
      [.text(term.member.text), .integer(term.incarnation)]
    ) { (row: Row) throws(StoreError) in try row.instant("heartbeat_at") }
    guard let renewed else { throw .staleTerm(subject: "the member's heartbeat", term: term) }
    return renewed
  }
}
