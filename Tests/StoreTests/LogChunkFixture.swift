import Database
import Model
import Store
import TestSupport

/// A migrated store with one project, one execution and assignments of it.
struct LogChunkFixture {
  let store: Store
  let execution = ExecutionID(71)
  let agent = AgentID("agent-1")

  static func with(
    _ engine: Engine, _ body: (LogChunkFixture) async throws -> Void
  ) async throws {
    try await engine.withDatabase { database in
      let fixture = LogChunkFixture(store: Store(database))
      try await fixture.store.migrate()
      try await fixture.prepare()
      try await body(fixture)
    }
  }

  private func prepare() async throws {
    try await store.ask.run(
      "INSERT INTO project (name, description, created_at) VALUES ('demo', '', 1)")
    try await store.ask.run(
      """
      INSERT INTO execution
        (id, project, definition, status, username, options, log_level, epoch, created_at)
      VALUES ($1, 'demo', '{}', 'running', 'admin', '{}', 'NORMAL', 2, 1)
      """, [.integer(execution.number)])
    for id in [1, 2] { try await addAssignment(id) }
  }

  func addAssignment(_ id: Int) async throws {
    try await store.ask.run(
      """
      INSERT INTO assignment (id, execution_id, step, node, attempt, agent_id, epoch, state,
        specification, created_at)
      VALUES ($1, $2, $3, $4, 1, 'agent-1', 1, 'assigned', $5, 1)
      """,
      [
        .integer(Int64(id)), .integer(execution.number), .text("\(id)"), .text("node-\(id)"),
        .blob([1]),
      ])
  }

  func target(_ id: Int64) async throws -> IngestTarget {
    let found = try await store.ask.logs.targets([AssignmentID(id)])
    guard let target = found[AssignmentID(id)] else {
      throw StoreError.notFound(kind: "assignment", key: "\(id)")
    }
    return target
  }

  /// An advance of assignment `id` to `to` with chunks of so many bytes, two entries each.
  func advance(_ id: Int64, to: Int64, chunks: [Int] = []) async throws -> SpoolAdvance {
    var advance = SpoolAdvance(target: try await target(id))
    advance.to = to
    advance.output = chunks.enumerated().map { index, size in
      let data = [UInt8](repeating: UInt8(index + 1), count: size)
      return .init(draft: LogChunkDraft(data: data, lines: 2), spoolOffset: Int64(8 + index))
    }
    return advance
  }
}
