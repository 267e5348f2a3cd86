import Database
public import Model

extension StoreScope {
  /// The chunks of the executions' logs.
  public var logs: LogChunkStore { LogChunkStore(scope: self) }
}

/// The chunks of the executions' logs, each execution's in one order without gaps.
///
/// Each log has a head: its size and the end of its chain. Appending moves the head first, which makes two writers of
/// one log wait for each other, and then inserts the chunk where the head was.
public struct LogChunkStore: Sendable {
  let scope: StoreScope

  /// How much of a log there is, and from where on its chunks are here.
  public func extent(of execution: ExecutionID) async throws(StoreError) -> LogExtent {
    let sql = "SELECT size, lines, recorded_at, released FROM log_head WHERE execution_id = $1"
    let found = try await scope.first(sql, [.integer(execution.number)]) {
      row throws(StoreError) in
      LogExtent(
        size: try row.int("size"), lines: try row.int("lines"),
        lastModified: try row.instant("recorded_at"), start: try row.int("released"))
    }
    return found ?? .empty
  }

  /// The chunks from the one that holds `position` onwards: as many as fit in `bytes`, and at least one
  /// when there is any; at most 256. None when the chunks of that position are not here any more.
  public func chunks(
    of execution: ExecutionID, from position: Int64, bytes: Int64, selecting: LogSelection = .all
  ) async throws(StoreError) -> [LogChunk] {
    let question = LogChunkQuestion(execution, selecting)
    let arguments: [DatabaseValue] = [.integer(max(position, 0)), .integer(max(bytes, 1))]
    return try await scope.all(
      question.following(scope.dialect), question.arguments + arguments, as: LogChunk.init(row:))
  }

  /// Which chunk holds the `lines`-th entry from the end, and how many of that chunk's entries come
  /// before it. The first chunk that is here when it has fewer entries; nil when there is none.
  public func chunk(
    of execution: ExecutionID, lastLines lines: Int64, selecting: LogSelection = .all
  ) async throws(StoreError) -> LogStart? {
    let question = LogChunkQuestion(execution, selecting)
    let sql = question.preceding(scope.dialect)
    var found: LogStart?
    var before = Int64.max
    while (found?.lines ?? 0) < lines {
      let rows = try await scope.run(sql, question.arguments + [.integer(before)]).rows
      for row in rows {
        before = try row.int("position")
        let held = try row.int("lines")
        let missing = lines - (found?.lines ?? 0)
        found = LogStart(
          position: before, skip: max(held - missing, 0),
          lines: lines - missing + min(held, missing))
        if missing <= held { return found }
      }
      if rows.count < LogChunkQuestion.stride { return found }
    }
    return found
  }

  /// Deletes an execution's log; returns how many chunks it had.
  @discardableResult
  public func delete(of execution: ExecutionID) async throws(StoreError) -> Int {
    let answers = try await scope.batch([
      Statement("DELETE FROM log_chunk WHERE execution_id = $1", [.integer(execution.number)]),
      Statement("DELETE FROM log_head WHERE execution_id = $1", [.integer(execution.number)]),
    ])
    return answers.first?.changes ?? 0
  }
}
