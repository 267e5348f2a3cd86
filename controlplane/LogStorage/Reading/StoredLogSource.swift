public import Logs
public import Model
public import Store

/// Stored copies of logs, read by ranges: whatever is asked for, a segment or two of the object are read, and the index
/// in the store leads to them.
public struct StoredLogSource: LogSource {
  let store: Store
  private let backends: [String: any LogStorageBackend]

  /// - Parameter backends: all that a copy may be in, also those that nothing is written to any more.
  public init(store: Store, backends: [any LogStorageBackend]) {
    self.store = store
    self.backends = Dictionary(backends.map { ($0.name, $0) }) { first, _ in first }
  }

  public func extent(of execution: ExecutionID) async throws(LogError) -> LogExtent {
    try await asked { () async throws in
      guard let stored = try await copy(of: execution)?.log else { return .empty }
      return LogExtent(
        size: stored.size, lines: stored.lines, lastModified: stored.lastModified, start: 0)
    }
  }

  public func chunks(
    of execution: ExecutionID, from position: Int64, bytes: Int64, selecting: LogSelection
  ) async throws(LogError) -> [LogChunk] {
    try await asked { () async throws in
      try await archived(of: execution, from: position, bytes: bytes, selecting: selecting)
    }
  }

  public func start(
    of execution: ExecutionID, lastLines lines: Int64, selecting: LogSelection
  ) async throws(LogError) -> LogStart? {
    try await asked { () async throws in
      guard let copy = try await copy(of: execution) else { return nil }
      return try await start(lines, in: copy, selecting)
    }
  }

  /// A verified copy and its index's number.
  struct Copy: Sendable {
    var id: Int64
    var log: StoredLog
  }

  func copy(of execution: ExecutionID) async throws(StoreError) -> Copy? {
    guard let record = try await store.ask.logStorage.record(of: execution),
      let stored = record.stored
    else { return nil }
    return Copy(id: record.id, log: stored)
  }

  func backend(of copy: Copy) throws(LogStorageError) -> any LogStorageBackend {
    guard let backend = backends[copy.log.backend] else {
      throw LogStorageError(
        .notConfigured, "the log is in the storage \"\(copy.log.backend)\", which is not configured"
      )
    }
    return backend
  }

  private func asked<Answer>(
    _ body: () async throws -> Answer
  ) async throws(LogError) -> Answer {
    do {
      return try await body()
    } catch let error as StoreError {
      throw .store(error)
    } catch {
      let known = LogStorageError(error)
      if let cause = known.cause { throw .store(cause) }
      throw .stored(reason: "\(known)", isRetryable: known.isRetryable)
    }
  }

  private func start(
    _ lines: Int64, in copy: Copy, _ selection: LogSelection
  ) async throws -> LogStart? {
    var found: LogStart?
    var before = Int64.max
    while (found?.lines ?? 0) < lines {
      let page = try await store.ask.logStorage.outlines(
        of: copy.id, claim: copy.log.claim, before: before, limit: 256)
      for segment in page {
        before = segment.position
        let held = segment.lines(selecting: selection)
        if held == 0 { continue }
        let missing = lines - (found?.lines ?? 0)
        if held < missing {
          found = LogStart(position: before, skip: 0, lines: (found?.lines ?? 0) + held)
        } else {
          return try await start(missing, of: lines, at: segment.position, in: copy, selection)
        }
      }
      if page.count < 256 { break }
    }
    guard let first = found else { return nil }
    // The first selected piece of that segment, which need not be the segment's first.
    let held = first.lines
    return try await start(nil, of: held, at: first.position, in: copy, selection)
  }

  /// The piece of the segment at `position` that holds the `missing`-th selected entry from its end; the first selected
  /// piece for nil.
  private func start(
    _ missing: Int64?, of lines: Int64, at position: Int64, in copy: Copy, _ selection: LogSelection
  ) async throws -> LogStart? {
    let segments = try await store.ask.logStorage.segments(
      of: copy.id, claim: copy.log.claim, from: position, limit: 1)
    guard let segment = segments.first else { return nil }
    let pieces = try FrameTable.pieces(of: segment).filter {
      let part = segment.parts[$0.part]
      return $0.lines > 0 && selection.selects(step: part.step, node: part.node)
    }
    guard var rest = missing else {
      return pieces.first.map { LogStart(position: $0.position, skip: 0, lines: lines) }
    }
    for piece in pieces.reversed() {
      if piece.lines >= rest {
        return LogStart(position: piece.position, skip: piece.lines - rest, lines: lines)
      }
      rest -= piece.lines
    }
    return pieces.first.map { LogStart(position: $0.position, skip: 0, lines: lines - rest) }
  }
}
