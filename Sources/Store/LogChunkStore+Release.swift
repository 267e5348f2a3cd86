import Database
import Model

extension LogChunkStore {
  /// Statements that give the log's chunks before `position` up to the stored copy and delete them, provided that
  /// the SQL expression `condition` holds.
  ///
  /// In one transaction with what makes the copy readable: a reader finds each position in one of the two. The log
  /// keeps its head, so what is appended later goes on behind it and is live.
  static func release(
    _ execution: ExecutionID, upTo position: Int64, when condition: String
  ) -> [Statement] {
    let arguments: [DatabaseValue] = [.integer(execution.number), .integer(position)]
    return [
      Statement(
        """
        UPDATE log_head SET released = $2
        WHERE execution_id = $1 AND released < $2 AND size >= $2 AND \(condition)
        """, arguments),
      Statement(
        """
        DELETE FROM log_chunk WHERE execution_id = $1 AND position < $2 AND position < (
          SELECT released FROM log_head WHERE execution_id = $1)
        """, arguments),
    ]
  }
}
