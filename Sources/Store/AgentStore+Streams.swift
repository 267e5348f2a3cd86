import Database
public import Model

/// An agent's newest stream: who holds it, and which of that term's streams it is.
public struct StreamHolder: Sendable, Hashable {
  public let term: Term
  public let number: Int64

  public init(_ term: Term, number: Int64) {
    self.term = term
    self.number = number
  }

  var arguments: [DatabaseValue] {
    [.text(term.member.text), .integer(term.incarnation), .integer(number)]
  }
}

// An agent has one stream at most: the newest. A member that believes to hold one and is not named in the
// agent's row holds one that the agent has left.

extension AgentStore {
  /// Stores what an agent says of itself at the opening of a stream, and who holds that stream. Its node
  /// keeps the name that it was enrolled under. False when there is no such agent.
  public func connect(
    _ agent: AgentRecord, facts: Facts, to holder: StreamHolder
  ) async throws(StoreError) -> Bool {
    var node = facts.node
    node.name = agent.name
    return try await scope.run(
      """
      UPDATE agent SET node = $5, hostname = $6, version = $7, boot_id = $8,
        seen_at = \(scope.dialect.now), stream_member = $2, stream_incarnation = $3,
        stream_number = $4, away_after = $9, lost_after = $10
      WHERE id = $1
      """,
      [.text(agent.id.text)] + holder.arguments + [
        .text(AgentRecord.text(node)), .text(facts.hostname), .text(facts.version),
        .text(facts.bootID), DatabaseValue(facts.awayAfter), DatabaseValue(facts.lostAfter),
      ]
    ).changes > 0
  }

  /// Notes that the agents whose newest streams `term` holds were heard of just now, and answers which
  /// they are, with the streams' numbers.
  public func touch(heldBy term: Term) async throws(StoreError) -> [AgentID: Int64] {
    let rows = try await scope.run(
      """
      UPDATE agent SET seen_at = \(scope.dialect.now)
      WHERE stream_member = $1 AND stream_incarnation = $2 RETURNING id, stream_number
      """, [.text(term.member.text), .integer(term.incarnation)]
    ).rows
    return try Self.numbers(rows)
  }

  /// Notes that a stream has ended just now; nothing when the agent has a newer one.
  public func disconnect(
    _ agent: AgentID, from holder: StreamHolder
  ) async throws(StoreError) {
    try await scope.run(
      """
      UPDATE agent SET seen_at = \(scope.dialect.now), stream_member = NULL,
        stream_incarnation = NULL, stream_number = NULL
      WHERE id = $1 AND stream_member = $2 AND stream_incarnation = $3 AND stream_number = $4
      """, [.text(agent.text)] + holder.arguments)
  }

  static func numbers(_ rows: [Row]) throws(StoreError) -> [AgentID: Int64] {
    var numbers: [AgentID: Int64] = [:]
    for row in rows { numbers[AgentID(try row.text("id"))] = try row.int("stream_number") }
    return numbers
  }
}
