import Database
public import Model

/// When an agent was last connected to any member.
public struct AgentSighting: Sendable, Hashable {
  public let agent: AgentID
  /// By the database's clock.
  public let seenAt: Instant
  /// How long ago that was, by the same clock.
  public let silence: Duration

  public init(agent: AgentID, seenAt: Instant, silence: Duration) {
    self.agent = agent
    self.seenAt = seenAt
    self.silence = silence
  }

  init(row: Row) throws(StoreError) {
    agent = AgentID(try row.text("id"))
    seenAt = try row.instant("seen_at")
    silence = .microseconds(try row.int("silence"))
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
      SELECT id, seen_at, \(scope.dialect.now) - seen_at AS silence FROM agent WHERE id IN \(list)
      ORDER BY id
      """, arguments.values, as: AgentSighting.init(row:))
  }
}
