public import Model
public import Store

/// Reads executions' logs, live ones too.
///
/// A position counts bytes of the log, frame headers included. Any position at or below the size is
/// legal: inside a header it means the frame's first line, inside a payload it means "go on at this
/// byte".
public struct LogReader: Sendable {
  let source: LogSources
  private let store: Store
  private let stored: (any LogSource)?
  private let globalFilters: GlobalLogFilters
  private(set) var filters = LogFilters.none

  /// - Parameters:
  ///   - stored: where copies of logs are whose chunks the store may have given up.
  ///   - globalFilters: the filters of all projects.
  public init(
    store: Store, stored: (any LogSource)? = nil, globalFilters: GlobalLogFilters = .none
  ) {
    self.store = store
    self.stored = stored
    self.globalFilters = globalFilters
    source = LogSources([LiveLogSource(store: store)] + (stored.map { [$0] } ?? []))
  }

  /// What checks logs over the same sources.
  public var verifier: LogVerifier { LogVerifier(store: store, stored: stored) }

  /// A reader that shows entries and text as filters show them; where they are, and how much there is, is the same.
  public func showing(_ filters: LogFilters) -> LogReader {
    var reader = self
    reader.filters = filters
    return reader
  }

  /// A reader that shows them as the filters of all projects, of the job's project and of the job do.
  public func showing(filtersOf job: Job, of project: GlobalLogFilters = .none) -> LogReader {
    showing(LogFilters(of: job, behind: globalFilters.followed(by: project)))
  }

  /// How much of the log there is.
  public func extent(of execution: ExecutionID) async throws(LogError) -> LogExtent {
    try await source.extent(of: execution)
  }

  /// The entries from `position` on, as many as `limit` allows.
  ///
  /// An execution without output, or without existence, has an empty log. With a selection, the page's
  /// `nextPosition` is at the log's end when no further entry is selected.
  public func page(
    of execution: ExecutionID, from position: Int64, limit: LogLimit = .page,
    selecting: LogSelection = .all
  ) async throws(LogError) -> LogPage {
    let extent = try await extent(of: execution)
    let builder = LogPageBuilder(from: max(position, 0), limit: limit)
    return try await page(of: execution, extent: extent, builder: builder, selecting: selecting)
  }

  /// The last `lines` entries (at most `LogLimit.mostEntries`), oldest first. `nextPosition` is the log's end, unless the limit's bytes
  /// were not enough: then it is where to read on.
  public func lastLines(
    _ lines: Int, of execution: ExecutionID, bytes: Int = 1 << 20, selecting: LogSelection = .all
  ) async throws(LogError) -> LogPage {
    let lines = min(lines, LogLimit.mostEntries)
    let extent = try await extent(of: execution)
    let start = try await source.start(
      of: execution, lastLines: Int64(max(lines, 0)), selecting: selecting)
    guard let start else {
      return LogPage(
        entries: [], nextPosition: extent.size, size: extent.size,
        lastModified: extent.lastModified)
    }
    let builder = LogPageBuilder(
      from: start.position, limit: LogLimit(entries: lines, bytes: bytes), skip: start.skip)
    return try await page(of: execution, extent: extent, builder: builder, selecting: selecting)
  }

  /// When the last entry before a position was printed; nil when there is none.
  public func time(
    before position: Int64, of execution: ExecutionID
  ) async throws(LogError) -> Instant? {
    var position = position
    var whole = LogLimit(bytes: .max)
    whole.entries = .max
    while position > 0,
      let chunk = try await chunks(of: execution, from: position - 1, bytes: 1, selecting: .all)
        .first, chunk.position < position
    {
      var builder = LogPageBuilder(from: chunk.position, limit: whole)
      try builder.take(chunk)
      if let last = builder.entries.last(where: { $0.position < position }) { return last.time }
      position = chunk.position
    }
    return nil
  }

  private func page(
    of execution: ExecutionID, extent: LogExtent, builder: LogPageBuilder, selecting: LogSelection
  ) async throws(LogError) -> LogPage {
    var builder = builder
    let isBehindEnd = builder.position > extent.size
    reading: while builder.position < extent.size {
      let chunks = try await chunks(of: execution, from: builder.position, selecting: selecting)
      if chunks.isEmpty { builder.skipTo(extent.size) }
      for chunk in chunks {
        try builder.take(chunk)
        if builder.position < chunk.end { break reading }
      }
    }
    // What was appended since the extent was asked for counts; a position behind the end does not.
    let size = isBehindEnd ? extent.size : max(extent.size, builder.position)
    return LogPage(
      entries: filters.applied(to: builder.entries), nextPosition: builder.position, size: size,
      lastModified: extent.lastModified)
  }

  func chunks(
    of execution: ExecutionID, from position: Int64, bytes: Int64 = 1 << 20,
    selecting: LogSelection
  ) async throws(LogError) -> [LogChunk] {
    try await source.chunks(of: execution, from: position, bytes: bytes, selecting: selecting)
  }
}
