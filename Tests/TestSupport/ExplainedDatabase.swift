public import Database
import Synchronization

/// A database that explains each question about one table before it is asked: how many rows of it the engine looked at
/// (PostgreSQL) and whether it looked at them without an index (SQLite), and how many bytes it answered.
public final class ExplainedDatabase: ForwardingDatabase {
  /// What the questions so far took.
  public struct Cost: Sendable, Hashable {
    public var questions = 0
    /// Rows that scans of the table gave or passed over; PostgreSQL only.
    public var rows = 0
    /// Lines of plans that look at the whole table.
    public var scans: [String] = []
    public var answeredRows = 0
    public var answeredBytes = 0
  }

  public let base: any Database
  private let table: String
  private let state = Mutex(Cost())

  public init(_ base: any Database, table: String) {
    self.base = base
    self.table = table
  }

  public var cost: Cost { state.withLock { $0 } }

  /// What `body` takes.
  public func cost(_ body: () async throws -> Void) async throws -> Cost {
    state.withLock { $0 = Cost() }
    try await body()
    return cost
  }

  public func run(_ statement: Statement) async throws(DatabaseError) -> StatementResult {
    if isQuestion(statement.sql) { try await explain(statement) }
    let result = try await base.run(statement)
    if isQuestion(statement.sql) { note(result) }
    return result
  }

  private func isQuestion(_ sql: String) -> Bool {
    sql.contains(table) && (sql.hasPrefix("SELECT") || sql.hasPrefix("WITH"))
  }

  private func explain(_ statement: Statement) async throws(DatabaseError) {
    let verb =
      dialect.compressesLargeValues
      ? "EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF)" : "EXPLAIN QUERY PLAN"
    let plan = try await base.run(Statement("\(verb) \(statement.sql)", statement.arguments))
    let lines = plan.rows.map { row in
      row.values.compactMap { if case .text(let text) = $0 { text } else { nil } }.joined()
    }
    state.withLock { cost in
      cost.questions += 1
      cost.rows += Self.rows(in: lines, of: table)
      cost.scans += lines.filter {
        $0.contains("SCAN \(table)") || $0.contains("Seq Scan on \(table)")
      }
    }
  }

  private func note(_ result: StatementResult) {
    state.withLock { cost in
      cost.answeredRows += result.rows.count
      for row in result.rows {
        for value in row.values {
          if case .blob(let bytes) = value { cost.answeredBytes += bytes.count }
        }
      }
    }
  }

  /// `…Scan… on TABLE … (actual rows=12 loops=3)`, and below it `Rows Removed by Filter: 4`.
  private static func rows(in lines: [String], of table: String) -> Int {
    var sum = 0
    var loops: Int?
    for line in lines {
      if line.contains("Scan") { loops = nil }
      if line.contains("Scan"), line.contains(" on \(table)"),
        let rows = number(after: "rows=", in: line), let times = number(after: "loops=", in: line)
      {
        sum += rows * times
        loops = times
      } else if let loops, let removed = number(after: "Rows Removed by Filter: ", in: line) {
        sum += removed * loops
      }
    }
    return sum
  }

  private static func number(after word: String, in line: String) -> Int? {
    guard let start = line.ranges(of: word).first else { return nil }
    return Int(line[start.upperBound...].prefix { $0.isNumber })
  }
}
