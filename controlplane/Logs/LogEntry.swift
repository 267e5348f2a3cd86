public import Model

/// How important a log entry is, in the words of Rundeck's API.
public enum LogLevel: String, Sendable, Hashable, CaseIterable {
  case error = "ERROR"
  case warning = "WARN"
  case normal = "NORMAL"
  case verbose = "VERBOSE"
  case debug = "DEBUG"
}

/// Who wrote a log entry.
public enum LogOrigin: Sendable, Hashable {
  /// The step's standard output.
  case standardOutput
  /// The step's standard error.
  case standardError
  /// The step's supervisor.
  case supervisor
  /// The control plane.
  case server
}

/// One line of an execution's log.
public struct LogEntry: Sendable, Hashable {
  /// When the line was read from the process, by the agent's clock.
  public var time: Instant
  public var source: LogOrigin
  /// `normal` for standard output, `error` for standard error, as Rundeck has it.
  public var level: LogLevel
  /// The step context ("1", later "2/1"), nil for a line of the control plane's own.
  public var step: String?
  /// The node, nil for a line of the control plane's own.
  public var node: String?
  /// The line's bytes as they were printed, without the newline. They need not be UTF-8.
  public var bytes: [UInt8]
  /// Whether the line was too long for one entry and goes on in the next one of its source.
  public var continues: Bool
  /// Where the line is in the log. Opaque to users; grows.
  public var position: Int64
  /// Where a reader goes on after this entry.
  public var nextPosition: Int64

  /// The line as text; bytes that are no UTF-8 become U+FFFD.
  public var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// A part of a log.
public struct LogPage: Sendable, Hashable {
  public var entries: [LogEntry]
  /// Where to read on.
  public var nextPosition: Int64
  /// The size of the whole log in bytes, by the measure of the positions.
  public var size: Int64
  /// When the log last grew; nil while it is empty.
  public var lastModified: Instant?

  /// Whether nothing is left to read for now.
  public var isComplete: Bool { nextPosition >= size }

  /// The entries as text: each line as it was printed, ended by one newline. A line that was cut for
  /// its length is in one piece again.
  public var plainText: [UInt8] { entries.plainText }
}

extension [LogEntry] {
  /// As `LogPage` has it.
  var plainText: [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(reduce(0) { $0 + $1.bytes.count + 1 })
    for entry in self {
      text.append(contentsOf: entry.bytes)
      if !entry.continues { text.append(UInt8(ascii: "\n")) }
    }
    return text
  }
}

/// How much a page may hold. A page has at least one entry when there is any.
public struct LogLimit: Sendable, Hashable {
  public var entries: Int
  /// Bytes of the lines.
  public var bytes: Int

  /// The most entries that one page holds, whatever is asked for: empty lines take no bytes of the
  /// limit to speak of, but an entry takes memory.
  public static let mostEntries = 50_000

  /// What fits into an answer that is built in memory.
  public static let page = LogLimit(entries: 10_000, bytes: 1 << 20)

  public init(entries: Int = .max, bytes: Int = 1 << 20) {
    self.entries = min(max(entries, 1), Self.mostEntries)
    self.bytes = max(bytes, 1)
  }
}
