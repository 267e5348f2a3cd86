import Database
public import Model

/// When an agent was last connected to any member.
public struct AgentSighting: Sendable, Hashable {
  public let agent: AgentID
  /// By the database's clock.
  public let seenAt: Instant
  /// How long ago that was, by the same clock.
  public let silence: Duration
  /// After which silence it counts as away by its own configuration; nil: as the control plane's says.
  public let awayAfter: Duration?
  /// After which silence its steps count as lost by its own configuration; nil: as the control plane's says.
  public let lostAfter: Duration?

  public init(
    agent: AgentID, seenAt: Instant, silence: Duration, awayAfter: Duration? = nil,
    lostAfter: Duration? = nil
  ) {
    self.agent = agent
    self.seenAt = seenAt
    self.silence = silence
    self.awayAfter = awayAfter
    self.lostAfter = lostAfter
  }

  init(row: Row) throws(StoreError) {
    agent = AgentID(try row.text("id"))
    seenAt = try row.instant("seen_at")
    silence = .microseconds(try row.int("silence"))
    awayAfter = try row.optionalInt("away_after").map { .microseconds($0) }
    lostAfter = try row.optionalInt("lost_after").map { .microseconds($0) }
  }
}

extension AssignmentStore {
  /// When these agents were last connected; one that is not enrolled any more is left out.
  public func sightings(
    of agents: some Collection<AgentID>
  ) async throws(StoreError) -> [AgentSighting] {
    guard !agents.isEmpty else { return [] }
    var arguments = SQLArguments()
    let list = arguments.list(agents.map { .text($0.text) })
    return try await scope.all(
      """
      SELECT id, seen_at, \(scope.dialect.now) - seen_at AS silence, away_after, lost_after
      FROM agent WHERE id IN \(list) ORDER BY id
      """, arguments.values, as: AgentSighting.init(row:))
  }
}
