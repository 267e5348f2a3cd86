import Logging

/// swift-log's handler: completes records and gives them to a sink.
struct DaemonLogHandler: LogHandler {
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?
  var logLevel: Logger.Level
  private let label: String
  private let sink: any LogSink
  private let now: @Sendable () -> Int64

  init(
    label: String, level: Logger.Level, sink: any LogSink,
    now: @escaping @Sendable () -> Int64 = { UTCTime.now() }
  ) {
    self.label = label
    self.logLevel = level
    self.sink = sink
    self.now = now
  }

  subscript(metadataKey key: String) -> Logger.MetadataValue? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    sink.write(
      LogRecord(
        time: now(), level: event.level, label: label, message: event.message.description,
        metadata: merged(event), file: event.file, line: event.line, function: event.function))
  }

  /// A line's own metadata over the provider's over the logger's; an attached error is metadata `error`.
  private func merged(_ event: LogEvent) -> Logger.Metadata {
    var merged = metadata
    if let provided = metadataProvider?.get() { merged.merge(provided) { $1 } }
    if let own = event.metadata { merged.merge(own) { $1 } }
    if let error = event.error, merged["error"] == nil { merged["error"] = "\(error)" }
    return merged
  }
}
