import Model
import Store

/// Several sources of one log as one: the live chunks first, then the stored copy.
///
/// Each question is asked of the live chunks first, and they answer it in one statement or not at all,
/// so a log that moves between two questions (or within one) is read without a gap: what the live source
/// has given up is in the stored copy, which was whole before.
struct LogSources: LogSource {
  private let sources: [any LogSource]

  init(_ sources: [any LogSource]) { self.sources = sources }

  /// The live source keeps the size of what it has given up, so the others are asked only without it.
  func extent(of execution: ExecutionID) async throws(LogError) -> LogExtent {
    for source in sources {
      var extent = try await source.extent(of: execution)
      extent.start = 0
      if extent.size > 0 { return extent }
    }
    return .empty
  }

  func chunks(
    of execution: ExecutionID, from position: Int64, bytes: Int64, selecting: LogSelection
  ) async throws(LogError) -> [LogChunk] {
    for source in sources {
      let chunks = try await source.chunks(
        of: execution, from: position, bytes: bytes, selecting: selecting)
      if !chunks.isEmpty { return chunks }
    }
    // Nothing is selected in the copy behind this position: what came after it is live.
    guard sources.count > 1, let live = sources.first else { return [] }
    let start = try await live.extent(of: execution).start
    if position >= start { return [] }
    return try await live.chunks(
      of: execution, from: start, bytes: bytes, selecting: selecting)
  }

  func start(
    of execution: ExecutionID, lastLines lines: Int64, selecting: LogSelection
  ) async throws(LogError) -> LogStart? {
    var found: LogStart?
    for source in sources {
      let missing = lines - (found?.lines ?? 0)
      if missing <= 0 { break }
      let start = try await source.start(
        of: execution, lastLines: missing, selecting: selecting)
      guard let start, start.position < found?.position ?? .max else { continue }
      found = LogStart(
        position: start.position, skip: start.skip, lines: lines - missing + start.lines)
    }
    return found
  }
}
