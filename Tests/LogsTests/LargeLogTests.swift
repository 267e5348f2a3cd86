import Logs
import Model
import Spool
import Store
import TestSupport
import Testing

/// Pages of a log of many chunks are read by an index, whatever is asked for: the rows that the engine looks at are
/// counted.
@Suite struct LargeLogTests {
  private static let chunks: Int64 = 20_000
  /// Each question looks at 256 chunks at most, and a page asks a few of them.
  private static let most = 1_600

  /// A log of 20,000 chunks of one line. Every second is step 1's on node a, all others are step 2's on node b, but for
  /// each 2,000th, which is that of step 2/7 on node c.
  private static func with(
    _ engine: Engine,
    _ body: (LogReader, ExplainedDatabase, _ chunk: Int64) async throws -> Void
  ) async throws {
    try await engine.withDatabase { database in
      let explained = ExplainedDatabase(database, table: "log_chunk")
      let log = LogFixture(store: Store(explained))
      try await log.store.migrate()
      try await log.prepare()
      let frame = log.out("a line of some output, neither long nor short\n").bytes
      let size = Int64(frame.count)
      try await log.store.ask.run(
        """
        INSERT INTO log_chunk (execution_id, position, length, lines, first_line, step, node,
          recorded_at, data)
        WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < \(chunks - 1))
        SELECT 5, i * \(size), \(size), 1, i,
          CASE WHEN i % 2000 = 999 THEN '2/7' WHEN i % 2 = 0 THEN '1' ELSE '2' END,
          CASE WHEN i % 2000 = 999 THEN 'c' WHEN i % 2 = 0 THEN 'a' ELSE 'b' END, 1, $1
        FROM n
        """, [.blob(frame)])
      try await log.store.ask.run(
        """
        INSERT INTO log_head (execution_id, size, lines, recorded_at)
        VALUES (5, \(size * chunks), \(chunks), 1)
        """)
      try await log.store.ask.run("ANALYZE log_chunk")
      try await body(log.reader, explained, size)
    }
  }

  private static let selections: [LogSelection] = [
    .all, LogSelection(node: "a"), LogSelection(node: "c"), LogSelection(step: "1"),
    LogSelection(step: "2"), LogSelection(node: "c", step: "2"), LogSelection(node: "nobody"),
  ]

  @Test(arguments: Engine.all)
  func `a page from any offset looks at few chunks, whoever's output is asked for`(
    on engine: Engine
  ) async throws {
    try await Self.with(engine) { reader, database, size in
      for selection in Self.selections {
        for chunk in [0, Self.chunks / 2, Self.chunks - 3] {
          let cost = try await database.cost {
            _ = try await reader.page(
              of: ExecutionID(5), from: chunk * size, limit: LogLimit(entries: 10),
              selecting: selection)
          }
          #expect(cost.rows <= Self.most, "\(selection) from \(chunk): \(cost)")
          #expect(cost.scans.isEmpty, "\(selection) from \(chunk)")
          #expect(cost.questions <= 4 && cost.answeredRows <= 520)
          #expect(cost.answeredBytes <= 520 * Int(size))
        }
      }
    }
  }

  @Test(arguments: Engine.all)
  func `the last lines look at few chunks, whoever's output is asked for`(
    on engine: Engine
  ) async throws {
    try await Self.with(engine) { reader, database, size in
      for selection in Self.selections {
        let cost = try await database.cost {
          let page = try await reader.lastLines(10, of: ExecutionID(5), selecting: selection)
          #expect(page.entries.count == (selection.node == "nobody" ? 0 : 10), "\(selection)")
        }
        #expect(cost.rows <= Self.most, "\(selection): \(cost)")
        #expect(cost.scans.isEmpty, "\(selection)")
        #expect(cost.questions <= 5)
      }
    }
  }
}
