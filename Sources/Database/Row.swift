/// One row of an answer.
public struct Row: Sendable {
  /// The columns' names, shared by all rows of one answer.
  public let columns: [String]
  /// The values, in the columns' order.
  public let values: [DatabaseValue]

  public init(columns: [String], values: [DatabaseValue]) {
    self.columns = columns
    self.values = values
  }

  /// The value in the column of that name, or nil when the answer has no such column.
  public subscript(column: String) -> DatabaseValue? {
    columns.firstIndex(of: column).map { values[$0] }
  }
}

/// What one statement answered.
public struct StatementResult: Sendable {
  /// The rows of a query or of a `RETURNING` clause.
  public let rows: [Row]
  /// How many rows an INSERT, UPDATE or DELETE touched; 0 for a query.
  public let changes: Int

  public init(rows: [Row], changes: Int) {
    self.rows = rows
    self.changes = changes
  }
}
