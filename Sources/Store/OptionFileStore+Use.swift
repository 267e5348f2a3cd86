import Database
public import Model

extension ExecutionWrite {
  /// Says that an execution uses these files: their bytes stay until it has ended. Files and executions that are
  /// not there are passed over. To be written after the execution's own row.
  public static func use(
    optionFiles ids: [String], by execution: ExecutionID
  ) -> [ExecutionWrite] {
    Set(ids).sorted().flatMap { id in
      [
        ExecutionWrite(
          """
          INSERT INTO option_file_use (file_id, execution_id)
          SELECT f.id, e.id FROM option_file AS f, execution AS e WHERE f.id = $1 AND e.id = $2
          ON CONFLICT (file_id, execution_id) DO NOTHING
          """, [.text(id), .integer(execution.number)]),
        ExecutionWrite(
          """
          UPDATE option_file SET execution_id = CAST($1 AS BIGINT) WHERE id = $2 AND EXISTS (
            SELECT 1 FROM option_file_use AS u
            WHERE u.file_id = $2 AND u.execution_id = CAST($1 AS BIGINT))
          """, [.integer(execution.number), .text(id)]),
      ]
    }
  }
}

extension OptionFileStore {
  /// The bytes of a file from `position` on, as far as the piece that they are in goes; empty behind the end.
  public func piece(
    of id: String, at position: Int64
  ) async throws(StoreError) -> [UInt8] {
    let found = try await scope.first(
      """
      SELECT position, content FROM option_file_piece WHERE file_id = $1 AND position <= $2
      ORDER BY position DESC LIMIT 1
      """, [.text(id), .integer(position)]
    ) { row throws(StoreError) in
      (position: try row.int("position"), bytes: try row.blob("content"))
    }
    guard let found, position - found.position < Int64(found.bytes.count) else { return [] }
    return Array(found.bytes.dropFirst(Int(position - found.position)))
  }

  /// Whether an agent may read a file: it has an assignment that has not ended, of an execution that uses the file.
  public func mayRead(
    _ id: String, for assignment: AssignmentID, by agent: AgentID
  ) async throws(StoreError) -> Bool {
    try await !scope.run(
      """
      SELECT 1 FROM assignment AS a JOIN option_file_use AS u ON u.execution_id = a.execution_id
      JOIN option_file AS f ON f.id = u.file_id
      WHERE a.id = $1 AND a.agent_id = $2 AND a.state <> 'ended' AND u.file_id = $3
        AND f.state IN ('temp', 'retained')
      """, [.integer(assignment.number), .text(agent.text), .text(id)]
    ).rows.isEmpty
  }

  /// What one sweep did.
  public struct Sweep: Sendable, Hashable {
    /// Files that nobody used in time, and uploads that never became whole.
    public var expired = 0
    /// Files whose executions have ended.
    public var deleted = 0
    /// Records of files that are long gone.
    public var forgotten = 0

    public init() {}
  }

  /// Removes the bytes of files that nobody needs any more, of at most `limit` of each kind, and records of files older
  /// than `memory`. Members may do it at the same time.
  public func sweep(
    limit: Int, grace: Duration, memory: Duration
  ) async throws(StoreError) -> Sweep {
    var sweep = Sweep()
    sweep.deleted = try await settle(
      "deleted", "\(Self.isUsedUp) AND f.created_at >= CAST($1 AS BIGINT)", 0, limit)
    sweep.expired = try await settle(
      "expired", "\(Self.isUnused) AND f.expires_at <= \(scope.dialect.now) - CAST($1 AS BIGINT)",
      grace.wholeMicroseconds, limit)
    sweep.forgotten = try await scope.run(
      """
      DELETE FROM option_file WHERE state IN ('deleted', 'expired')
        AND created_at <= \(scope.dialect.now) - CAST($1 AS BIGINT)
      """, [.integer(memory.wholeMicroseconds)]
    ).changes
    return sweep
  }

  private func settle(
    _ state: String, _ condition: String, _ number: Int64, _ limit: Int
  ) async throws(StoreError) -> Int {
    let ids = try await scope.all(
      """
      SELECT f.id FROM option_file AS f
      WHERE f.state IN ('uploading', 'temp') AND \(condition) ORDER BY f.id LIMIT $2
      """, [.integer(number), .integer(Int64(limit))]
    ) { row throws(StoreError) in try row.text("id") }
    for list in ValueList.lists(of: ids.map { .text($0) }) {
      try await scope.batch([
        Statement(
          """
          UPDATE option_file SET state = '\(state)'
          WHERE id IN (\(list.marks)) AND state IN ('uploading', 'temp')
          """, list.arguments),
        Statement("DELETE FROM option_file_piece WHERE file_id IN (\(list.marks))", list.arguments),
      ])
    }
    return ids.count
  }

  private static let isUsed = "EXISTS (SELECT 1 FROM option_file_use AS u WHERE u.file_id = f.id)"
  private static let isUnused = "NOT \(isUsed)"
  private static let isUsedUp = """
    \(isUsed) AND NOT EXISTS (
      SELECT 1 FROM option_file_use AS u JOIN execution AS e ON e.id = u.execution_id
      WHERE u.file_id = f.id AND e.status IN ('queued', 'scheduled', 'running'))
    """
}
