import Logging
import Model

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
    JSONString.append(record.label, to: &json)
    json += ",\"message\":"
    JSONString.append(record.message, to: &json)
    if !record.metadata.isEmpty {
      json += ",\"metadata\":"
      append(.dictionary(record.metadata), to: &json)
    }
    json += ",\"source\":"
    JSONString.append("\(record.file):\(record.line)", to: &json)
    return json + "}\n"
  }

  private static func append(_ value: Logger.MetadataValue, to json: inout String) {
    switch value {
    case .string(let text): JSONString.append(text, to: &json)
    case .stringConvertible(let value): JSONString.append(value.description, to: &json)
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
      JSONString.append(key, to: &json)
      json += ":"
      append(value, to: &json)
    }
    json += "}"
  }
}
