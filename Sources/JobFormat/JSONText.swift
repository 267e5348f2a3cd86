import Model

/// JSON to the common tree and back. Written here because the parsers at hand lose the order of keys
/// and the text of numbers, and take a key that is there twice.
enum JSONText {
  static func read(_ bytes: [UInt8]) throws(JobFormatError) -> JobValue {
    var reader = JSONReader(UTF8Check.content(bytes))
    return try reader.document()
  }

  /// Without white space between tokens.
  static func write(_ value: JobValue) -> String {
    var text = ""
    append(value, to: &text)
    return text
  }

  private static func append(_ value: JobValue, to text: inout String) {
    switch value {
    case .null: text += "null"
    case .boolean(let flag): text += flag ? "true" : "false"
    case .number(let number): text += number
    case .text(let string): JSONString.append(string, to: &text)
    case .list(let items):
      text += "["
      for (index, item) in items.enumerated() {
        if index > 0 { text += "," }
        append(item, to: &text)
      }
      text += "]"
    case .map(let entries):
      text += "{"
      for (index, entry) in entries.enumerated() {
        if index > 0 { text += "," }
        JSONString.append(entry.key, to: &text)
        text += ":"
        append(entry.value, to: &text)
      }
      text += "}"
    }
  }
}
