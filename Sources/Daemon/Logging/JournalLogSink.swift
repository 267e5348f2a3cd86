import Logging
import ServiceManager

/// Structured fields for systemd's journal (systemd.journal-fields(7)): MESSAGE, PRIORITY, SYSLOG_IDENTIFIER, CODE_FILE,
/// CODE_LINE, CODE_FUNC, QD_LABEL, and each metadata key as QD_KEY.
struct JournalLogSink: LogSink {
  let identifier: String

  func write(_ record: LogRecord) {
    Journal.send(Self.fields(record, identifier: identifier))
  }

  static func fields(_ record: LogRecord, identifier: String) -> [JournalField] {
    let own: [JournalField] = [
      .message(message(record)), .priority(priority(record.level)), .identifier(identifier),
      .named(after: "QD_LABEL", record.label), .named(after: "CODE_FILE", record.file),
      .named(after: "CODE_LINE", String(record.line)), .named(after: "CODE_FUNC", record.function),
    ]
    return own
      + record.sortedMetadata.map { .named(after: "QD_" + $0.key, $0.value.description) }
  }

  /// The message with its metadata, so that plain `journalctl` shows both.
  private static func message(_ record: LogRecord) -> String {
    record.sortedMetadata.reduce(record.message) { $0 + " \($1.key)=\($1.value)" }
  }

  /// syslog(3)'s severity.
  static func priority(_ level: Logger.Level) -> Int {
    switch level {
    case .trace, .debug: 7
    case .info: 6
    case .notice: 5
    case .warning: 4
    case .error: 3
    case .critical: 2
    }
  }
}
