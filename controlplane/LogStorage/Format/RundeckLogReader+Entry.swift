import Model

extension RundeckLogReader {
  /// The entry that these bytes are, its newline included.
  static func entry(
    _ bytes: ArraySlice<UInt8>, at offset: Int64
  ) throws(RundeckLogError) -> RundeckLogEntry {
    guard bytes.first == RundeckLog.delimiter else {
      throw .badEntry(offset: offset, reason: "it does not begin with ^")
    }
    var rest = bytes.dropFirst()
    guard let time = time(word(&rest)) else {
      throw .badEntry(offset: offset, reason: "its time is none")
    }
    let type = word(&rest)
    let level = word(&rest)
    var metadata: [String: String] = [:]
    if rest.first == UInt8(ascii: "{") {
      guard let found = self.metadata(&rest) else {
        throw .badEntry(offset: offset, reason: "its metadata does not end")
      }
      metadata = found
    }
    guard rest.popFirst() == UInt8(ascii: "|") else {
      throw .badEntry(offset: offset, reason: "it has no message")
    }
    return RundeckLogEntry(
      time: time, type: type.isEmpty ? "log" : type, level: level.isEmpty ? "NORMAL" : level,
      metadata: metadata, message: message(rest))
  }

  /// The bytes up to the next bar, which is passed.
  private static func word(_ rest: inout ArraySlice<UInt8>) -> String {
    let end = rest.firstIndex { $0 == UInt8(ascii: "|") || $0 == RundeckLog.newline }
    let word = rest[..<(end ?? rest.endIndex)]
    rest = rest[min((end ?? rest.endIndex) + 1, rest.endIndex)...]
    return String(decoding: word, as: UTF8.self)
  }

  /// What stands between the braces at the start of `rest`, which is passed with them.
  private static func metadata(_ rest: inout ArraySlice<UInt8>) -> [String: String]? {
    var metadata: [String: String] = [:]
    var key: String?
    var word: [UInt8] = []
    var position = rest.startIndex + 1
    while position < rest.endIndex {
      let byte = rest[position]
      position += 1
      switch byte {
      case RundeckLog.backslash where position < rest.endIndex:
        if !isSpecial(rest[position]) { word.append(byte) }
        word.append(rest[position])
        position += 1
      case UInt8(ascii: "=") where key == nil:
        key = String(decoding: word, as: UTF8.self)
        word = []
      case UInt8(ascii: "|"), UInt8(ascii: "}"):
        if let key { metadata[key] = String(decoding: word, as: UTF8.self) }
        (key, word) = (nil, [])
        if byte == UInt8(ascii: "}") {
          rest = rest[position...]
          return metadata
        }
      case RundeckLog.newline: return nil
      default: word.append(byte)
      }
    }
    return nil
  }

  private static func isSpecial(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "="), UInt8(ascii: "|"), UInt8(ascii: "}"), RundeckLog.backslash: true
    default: false
    }
  }

  /// The message up to the `^` that ends it.
  static func message(_ escaped: ArraySlice<UInt8>) -> [UInt8] {
    escaped.withUnsafeBytes { bytes in
      var length = bytes.count
      while length > 0, bytes[length - 1] != RundeckLog.delimiter { length -= 1 }
      let text = UnsafeRawBufferPointer(rebasing: bytes[..<max(length - 1, 0)])
      guard RundeckLogWriter.index(of: RundeckLog.backslash, in: text) != nil else {
        return Array(text)
      }
      return unescaped(text)
    }
  }

  private static func unescaped(_ text: UnsafeRawBufferPointer) -> [UInt8] {
    var message: [UInt8] = []
    message.reserveCapacity(text.count)
    var position = 0
    while position < text.count {
      let byte = text[position]
      position += 1
      if byte == RundeckLog.backslash, position < text.count,
        text[position] == RundeckLog.delimiter || text[position] == RundeckLog.backslash
      {
        message.append(text[position])
        position += 1
      } else {
        message.append(byte)
      }
    }
    return message
  }
}
