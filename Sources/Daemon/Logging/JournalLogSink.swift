import Logging
import ServiceManager

/// Structured fields for systemd's journal (systemd.journal-fields(7)): MESSAGE, PRIORITY, SYSLOG_IDENTIFIER, CODE_FILE,
/// CODE_LINE, CODE_FUNC, QD_LABEL, and each metadata key as QD_KEY.
struct JournalLogSink: LogSink {
  let identifier: String
  let send: @Sendable ([(String, String)]) -> Void

  func write(_ record: LogRecord) {
    send(Self.fields(record, identifier: identifier))
  }

  static func fields(_ record: LogRecord, identifier: String) -> [(String, String)] {
    let own = [
      ("MESSAGE", message(record)), ("PRIORITY", String(priority(record.level))),
      ("SYSLOG_IDENTIFIER", identifier), ("QD_LABEL", record.label), ("CODE_FILE", record.file),
      ("CODE_LINE", String(record.line)), ("CODE_FUNC", record.function),
    ]
    return own + record.sortedMetadata.map { (fieldName($0.key), $0.value.description) }
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

  /// `QD_` and the key with capital letters, digits and underscores only, at most 64 characters: the journal drops other
  /// names.
  static func fieldName(_ key: String) -> String {
    let name = key.uppercased().map { character in
      character.isASCII && (character.isLetter || character.isNumber) ? character : "_"
    }
    return String(("QD_" + String(name)).prefix(64))
  }
}
