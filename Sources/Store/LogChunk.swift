import Database
public import Model

/// A run of whole frames of an execution's log, as one row keeps it.
public struct LogChunk: Sendable, Hashable {
  /// The byte position of its first frame in the execution's log.
  public var position: Int64
  /// How many log entries it holds.
  public var lines: Int64
  /// How many log entries of the same execution are before it.
  public var firstLine: Int64
  /// The step context ("1") that wrote it, nil for the control plane's own lines.
  public var step: String?
  /// The node that it comes from, nil for the control plane's own lines.
  public var node: String?
  /// The frames, in the format of the `Spool` room.
  public var data: [UInt8]
  /// Whether it is the rest of the chunk before it: a stored copy gives a long chunk in several parts.
  public var isContinuation = false

  /// The position of whatever comes next.
  public var end: Int64 { position + Int64(data.count) }

  /// A chunk that comes from elsewhere than the store's rows.
  public init(
    position: Int64, lines: Int64, firstLine: Int64, step: String?, node: String?, data: [UInt8],
    isContinuation: Bool = false
  ) {
    self.position = position
    self.lines = lines
    self.firstLine = firstLine
    self.step = step
    self.node = node
    self.data = data
    self.isContinuation = isContinuation
  }

  init(row: Row) throws(StoreError) {
    position = try row.int("position")
    lines = try row.int("lines")
    firstLine = try row.int("first_line")
    step = try row.optionalText("step")
    node = try row.optionalText("node")
    data = try row.blob("data")
  }
}

/// How much of an execution's log there is.
public struct LogExtent: Sendable, Hashable {
  /// Bytes, headers of the frames included: the position after the last frame.
  public var size: Int64
  /// Log entries.
  public var lines: Int64
  /// When the last of it was stored, by the database's clock; nil for an empty log.
  public var lastModified: Instant?
  /// The position of the first chunk that this source has: more than 0 when the ones before it were deleted, because
  /// the stored copy has them.
  public var start: Int64

  /// The extent of a log that holds nothing.
  public static let empty = LogExtent(size: 0, lines: 0, lastModified: nil)

  public init(size: Int64, lines: Int64, lastModified: Instant?, start: Int64 = 0) {
    self.size = size
    self.lines = lines
    self.lastModified = lastModified
    self.start = start
  }
}

/// Where a log's last entries begin.
public struct LogStart: Sendable, Hashable {
  /// The position of the chunk that holds the first of them.
  public var position: Int64
  /// How many selected entries of that chunk come before it.
  public var skip: Int64
  /// How many entries were found; fewer than asked for when there are no more.
  public var lines: Int64

  public init(position: Int64, skip: Int64, lines: Int64) {
    self.position = position
    self.skip = skip
    self.lines = lines
  }
}

/// Which part of an execution's log is asked for.
public struct LogSelection: Sendable, Hashable {
  /// Only what this node wrote.
  public var node: String?
  /// Only what this step and those below it wrote ("2" selects "2" and "2/1").
  public var step: String?

  /// The whole log.
  public static let all = LogSelection()

  public init(node: String? = nil, step: String? = nil) {
    self.node = node
    self.step = step
  }
}
