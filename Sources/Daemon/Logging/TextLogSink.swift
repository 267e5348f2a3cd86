import Logging

/// Lines for people: UTC time, level, label, message, metadata sorted by key.
struct TextLogSink: LogSink {
  let output: LogOutput

  func write(_ record: LogRecord) {
    output.write(Array(Self.line(record).utf8))
  }

  /// `2026-11-22T16:45:59.123Z info quarterdeck-agent: connected member=a url=https://b`, with its newline.
  static func line(_ record: LogRecord) -> String {
    var line = UTCTime.text(microseconds: record.time)
    line += " \(record.level.rawValue) \(record.label): \(escaped(record.message))"
    for (key, value) in record.sortedMetadata {
      line += " \(escaped(key))=\(quoted(value.description))"
    }
    return line + "\n"
  }

  /// Quotes a value that would not read as one word.
  private static func quoted(_ value: String) -> String {
    let isPlain = !value.isEmpty && !value.contains { $0 == " " || $0 == "\"" || $0 == "=" }
    let text = escaped(value)
    return isPlain
      ? text
      : "\""
        + text.split(separator: "\"", omittingEmptySubsequences: false)
        .joined(separator: "\\\"") + "\""
  }

  /// Makes control characters visible: a message cannot forge a line of its own or move the cursor.
  private static func escaped(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    var shown = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": shown += "\\n"
      case "\r": shown += "\\r"
      case "\t": shown += "\\t"
      case _ where isControl(scalar): shown += "\\x" + hex(scalar)
      default: shown.unicodeScalars.append(scalar)
      }
    }
    return shown
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
  }

  private static func hex(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16)
    return digits.count == 1 ? "0" + digits : digits
  }
}
