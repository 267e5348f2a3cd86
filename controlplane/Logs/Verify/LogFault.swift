public import Model

/// Something that is wrong with a log, as exactly as it can be known.
public struct LogFault: Sendable, Hashable {
  /// What is wrong.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Bytes that were there are not there any more.
    case missing
    /// Bytes are there, and they are not those that were stored, or not where they were stored.
    case damaged
  }

  public var kind: Kind
  /// Which bytes of the log; nil when it is only known which ones of a spool.
  public var positions: Range<Int64>?
  /// How many log entries they were; nil when that is unknown.
  public var lines: Int64?
  /// Whose output it is; nil for the control plane's own lines, and when it is unknown.
  public var assignment: AssignmentID?
  /// Which bytes of that assignment's spool.
  public var spoolOffsets: Range<Int64>?
  public var step: String?
  public var node: String?
  /// When the last line before it and the first one after it were printed.
  public var after: Instant?
  public var before: Instant?
  /// What is wrong, in a few words.
  public var detail: String

  public init(_ kind: Kind, positions: Range<Int64>? = nil, detail: String) {
    self.kind = kind
    self.positions = positions
    self.detail = detail
  }
}

/// What became of checking a log.
public struct LogVerdict: Sendable, Hashable {
  public var execution: ExecutionID
  /// Bytes and entries that the log should have.
  public var size: Int64
  public var lines: Int64
  /// The end of the log's chain, nil for a log without one.
  public var chain: [UInt8]?
  /// Up to where the log was read from the stored copy; 0 when all of it was live.
  public var storedSize: Int64
  /// Whether every chunk has a digest. Those of before there were any prove nothing but their length.
  public var isChained: Bool
  public var faults: [LogFault]

  /// Whether nothing is missing or damaged.
  public var isComplete: Bool { faults.isEmpty }
}
