import Logging

/// One line of a log, complete.
struct LogRecord: Sendable {
  /// Microseconds since 1970 in UTC.
  let time: Int64
  let level: Logger.Level
  let label: String
  let message: String
  let metadata: Logger.Metadata
  let file: String
  let line: UInt
  let function: String

  /// The metadata in the order of its keys.
  var sortedMetadata: [(key: String, value: Logger.MetadataValue)] {
    metadata.sorted { $0.key < $1.key }
  }
}

/// Where records go.
protocol LogSink: Sendable {
  /// Writes a record whole, or drops it when that is impossible: a log never stops the daemon.
  func write(_ record: LogRecord)
}
