import Database

extension Store {
  /// Adds what was noted of ended executions to the summaries, at most `limit` rows of it in one transaction, and answers
  /// how many. Totals are the same before and after; they are only found faster.
  ///
  /// Several members may do it: the second one waits for the first.
  @discardableResult
  public func foldHistory(limit: Int = 4_096) async throws -> Int {
    try await transaction { try await Self.fold($0, limit: limit) }
  }

  /// Makes the summaries anew from the executions themselves. For whoever filled the table past its triggers: nobody
  /// else may write executions meanwhile.
  public func recountHistory() async throws {
    try await transaction { scope in
      if let lock = scope.dialect.lockTransaction(Self.foldKey) {
        try await scope.run(lock.sql, lock.arguments)
      }
      let tables = HistorySQL.summaries.map(\.table) + ["execution_change"]
      try await scope.batch(
        tables.map { Statement("DELETE FROM \($0)") }
          + HistorySQL.recount.map { Statement($0) })
    }
  }

  /// "histfold" in ASCII.
  private static let foldKey: Int64 = 0x6869_7374_666f_6c64

  /// The rows are named by their numbers: others are written meanwhile.
  private static func fold(_ scope: StoreScope, limit: Int) async throws(StoreError) -> Int {
    if let lock = scope.dialect.lockTransaction(foldKey) {
      try await scope.run(lock.sql, lock.arguments)
    }
    let ids = try await scope.all(
      "SELECT id FROM execution_change ORDER BY id LIMIT $1", [.integer(Int64(limit))]
    ) { row throws(StoreError) in DatabaseValue.integer(try row.int("id")) }
    guard !ids.isEmpty else { return 0 }
    var arguments = SQLArguments()
    let list = arguments.list(ids)
    let statements =
      HistorySQL.summaries.flatMap { $0.fold("id IN \(list)") } + [
        "DELETE FROM execution_change WHERE id IN \(list)"
      ]
    let values = arguments.values
    try await scope.batch(
      statements.map { Statement($0, $0.contains("$1") ? values : []) })
    return ids.count
  }
}

extension HistorySQL.Summary {
  /// The statements that add those rows of `execution_change`.
  fileprivate func fold(_ selection: String) -> [String] {
    let given = grouped("SELECT * FROM execution_change WHERE \(selection)")
    let sums = sums.map { "\($0.name) = \(table).\($0.name) + given.\($0.name)" }
    return [
      """
      UPDATE \(table) SET \(sums.joined(separator: ", ")),
        lowest = CASE WHEN given.lowest < \(table).lowest THEN given.lowest ELSE \(table).lowest END,
        highest = CASE WHEN given.highest > \(table).highest THEN given.highest
          ELSE \(table).highest END
      FROM (\(given)) AS given WHERE \(match)
      """,
      """
      INSERT INTO \(table) (\(columns), \(sumColumns), lowest, highest)
      SELECT \(columns), \(sumColumns), lowest, highest FROM (\(given)) AS given
      WHERE NOT EXISTS (SELECT 1 FROM \(table) WHERE \(match))
      """,
      "DELETE FROM \(table) WHERE total = 0",
    ]
  }
}
