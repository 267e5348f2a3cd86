import Database
import Model

/// The SQL that finds chunks of one log by an index: the primary key, or that of the node or of the step that is
/// asked for. Each selection has a text of its own, so that no plan is made for all of them at once.
struct LogChunkQuestion {
  /// How many chunks one question looks at.
  static let stride = 256

  let arguments: [DatabaseValue]
  private let selection: LogSelection

  init(_ execution: ExecutionID, _ selection: LogSelection) {
    self.selection = selection
    var arguments: [DatabaseValue] = [.integer(execution.number)]
    if let node = selection.node { arguments.append(.text(node)) }
    // Everything below step 2 sorts between "2/" and "20", since "0" follows "/".
    if let step = selection.step {
      arguments += [.text(step), .text(step + "/"), .text(step + "0")]
    }
    self.arguments = arguments
  }

  /// Where the chunks of this log begin that are here; the ones before are in the stored copy only.
  private static let released =
    "COALESCE((SELECT released FROM log_head WHERE execution_id = $1), 0)"

  /// Chunks from the position in the next argument on, as many as fit in the bytes of the one after it.
  func following(_ dialect: Dialect) -> String {
    let from = "$\(arguments.count + 1)"
    let bytes = "$\(arguments.count + 2)"
    let holding = """
      COALESCE((SELECT MAX(position) FROM log_chunk
        WHERE execution_id = $1 AND position <= \(from)), 0)
      """
    let window = """
      position >= \(holding) AND position + length > \(from) AND \(from) >= \(Self.released)
      """
    let found = union(dialect, columns: "position, length", condition: window, order: "position")
    return """
      SELECT c.position, c.lines, c.first_line, c.step, c.node, c.data FROM (
        SELECT position, length, SUM(length) OVER (ORDER BY position) AS total FROM (
          \(found)) AS following) AS summed
      JOIN log_chunk c ON c.execution_id = $1 AND c.position = summed.position
      WHERE summed.total - summed.length < \(bytes) ORDER BY c.position
      """
  }

  /// Positions and entries of the chunks before the position in the next argument, the last one first.
  func preceding(_ dialect: Dialect) -> String {
    let condition = """
      position < $\(arguments.count + 1) AND lines > 0 AND position >= \(Self.released)
      """
    return union(
      dialect, columns: "position, lines", condition: condition, order: "position DESC")
  }

  /// What each branch finds by its index, in one order.
  private func union(
    _ dialect: Dialect, columns: String, condition: String, order: String
  ) -> String {
    let branches = selected(dialect).map { selected in
      """
      SELECT \(columns) FROM log_chunk WHERE execution_id = $1\(selected) AND \(condition)
        ORDER BY \(order) LIMIT \(Self.stride)
      """
    }
    if branches.count == 1 { return branches[0] }
    let parts = branches.enumerated().map { "SELECT * FROM (\($1)) AS part_\($0)" }
    return parts.joined(separator: "\nUNION ALL ") + "\nORDER BY \(order) LIMIT \(Self.stride)"
  }

  private func selected(_ dialect: Dialect) -> [String] {
    let node = selection.node == nil ? "" : " AND node = $2"
    guard selection.step != nil else { return [node] }
    let first = selection.node == nil ? 2 : 3
    let step = "step \(dialect.bytewise)"
    return [
      "\(node) AND \(step) = $\(first)",
      "\(node) AND \(step) > $\(first + 1) AND \(step) < $\(first + 2)",
    ]
  }
}
