import Logging

/// One JSON object a line (RFC 8259): `time`, `level`, `label`, `message`, `metadata` when there is any, `source` as
/// `file:line`.
struct JSONLogSink: LogSink {
  let output: LogOutput

  func write(_ record: LogRecord) {
    output.write(Array(Self.line(record).utf8))
  }

  static func line(_ record: LogRecord) -> String {
    var json = "{\"time\":\"\(UTCTime.text(microseconds: record.time))\""
    json += ",\"level\":\"\(record.level.rawValue)\",\"label\":"
    append(record.label, to: &json)
    json += ",\"message\":"
    append(record.message, to: &json)
    if !record.metadata.isEmpty {
      json += ",\"metadata\":"
      append(.dictionary(record.metadata), to: &json)
    }
    json += ",\"source\":"
    append("\(record.file):\(record.line)", to: &json)
    return json + "}\n"
  }

  private static func append(_ value: Logger.MetadataValue, to json: inout String) {
    switch value {
    case .string(let text): append(text, to: &json)
    case .stringConvertible(let value): append(value.description, to: &json)
    case .array(let values): append(values, to: &json)
    case .dictionary(let values): append(values, to: &json)
    }
  }

  private static func append(_ values: [Logger.MetadataValue], to json: inout String) {
    json += "["
    for (index, value) in values.enumerated() {
      if index > 0 { json += "," }
      append(value, to: &json)
    }
    json += "]"
  }

  private static func append(_ values: Logger.Metadata, to json: inout String) {
    json += "{"
    for (index, (key, value)) in values.sorted(by: { $0.key < $1.key }).enumerated() {
      if index > 0 { json += "," }
      append(key, to: &json)
      json += ":"
      append(value, to: &json)
    }
    json += "}"
  }

  private static func append(_ text: String, to json: inout String) {
    json += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": json += "\\\""
      case "\\": json += "\\\\"
      case "\n": json += "\\n"
      case "\r": json += "\\r"
      case "\t": json += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        json += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: json.unicodeScalars.append(scalar)
      }
    }
    json += "\""
  }
}
