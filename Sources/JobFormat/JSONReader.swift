import Model

/// Reads JSON (RFC 8259) strictly, a byte at a time.
struct JSONReader {
  private let bytes: ArraySlice<UInt8>
  private var place: Int
  private var budget = DocumentBudget()

  /// The bytes are valid UTF-8.
  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    place = bytes.startIndex
  }

  /// Goes into a list that is not empty; false, and nowhere, for any other document.
  mutating func enterList() -> Bool {
    var copy = self
    guard copy.take("["), !copy.take("]") else { return false }
    try? copy.budget.spend(depth: 0)
    self = copy
    return true
  }

  /// An item of the list, and whether another one follows. After the last one the document must end.
  mutating func item() throws(JobFormatError) -> (value: JobValue, isLast: Bool) {
    let value = try value(depth: 1)
    if take(",") { return (value, false) }
    guard take("]") else { throw failure("expected ',' or ']'") }
    try finish()
    return (value, true)
  }

  private mutating func finish() throws(JobFormatError) {
    skipSpace()
    guard place == bytes.endIndex else { throw failure("text after the end of the document") }
  }

  mutating func document() throws(JobFormatError) -> JobValue {
    let value = try value(depth: 0)
    try finish()
    return value
  }

  private mutating func value(depth: Int) throws(JobFormatError) -> JobValue {
    try budget.spend(depth: depth)
    skipSpace()
    switch peek {
    case UInt8(ascii: "{"): return try map(depth: depth)
    case UInt8(ascii: "["): return try list(depth: depth)
    case UInt8(ascii: "\""): return .text(try string())
    case nil: throw failure("the document ends too early")
    default: return try word()
    }
  }

  private mutating func map(depth: Int) throws(JobFormatError) -> JobValue {
    place += 1
    var entries: [JobEntry] = []
    var keys: Set<String> = []
    if take("}") { return .map([]) }
    repeat {
      skipSpace()
      guard peek == UInt8(ascii: "\"") else { throw failure("expected a key in quotes") }
      let key = try string()
      guard keys.insert(key).inserted else { throw failure("the key '\(key)' is there twice") }
      guard take(":") else { throw failure("expected ':' after the key '\(key)'") }
      entries.append(JobEntry(key, try value(depth: depth + 1)))
    } while take(",")
    guard take("}") else { throw failure("expected ',' or '}'") }
    return .map(entries)
  }

  private mutating func list(depth: Int) throws(JobFormatError) -> JobValue {
    place += 1
    var items: [JobValue] = []
    if take("]") { return .list([]) }
    repeat { items.append(try value(depth: depth + 1)) } while take(",")
    guard take("]") else { throw failure("expected ',' or ']'") }
    return .list(items)
  }

  private mutating func word() throws(JobFormatError) -> JobValue {
    let start = place
    while let byte = peek, isWord(byte) { place += 1 }
    let word = String(decoding: bytes[start..<place], as: UTF8.self)
    switch word {
    case "true": return .boolean(true)
    case "false": return .boolean(false)
    case "null": return .null
    default:
      guard YAMLScalar.isNumber(word) else { throw failure("'\(word.prefix(40))' is no value") }
      return .number(word)
    }
  }

  private func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2D, 0x2E: true
    default: false
    }
  }
}

extension JSONReader {
  private mutating func string() throws(JobFormatError) -> String {
    place += 1
    var text: [UInt8] = []
    while let byte = peek {
      place += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): try escape(into: &text)
      case 0..<0x20: throw failure("a control character must be escaped")
      default: text.append(byte)
      }
    }
    throw failure("a text has no end")
  }

  private mutating func escape(into text: inout [UInt8]) throws(JobFormatError) {
    guard let byte = peek else { throw failure("a text has no end") }
    place += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): text += Array(String(Character(try unicodeEscape())).utf8)
    default: throw failure("unknown escape '\\\(Character(Unicode.Scalar(byte)))'")
    }
  }

  private mutating func unicodeEscape() throws(JobFormatError) -> Unicode.Scalar {
    let first = try hexadecimal()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, peek == UInt8(ascii: "\\"), bytes.endIndex > place + 1,
      bytes[place + 1] == UInt8(ascii: "u")
    else { throw failure("half of a surrogate pair") }
    place += 2
    let second = try hexadecimal()
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
    else { throw failure("half of a surrogate pair") }
    return scalar
  }

  private mutating func hexadecimal() throws(JobFormatError) -> UInt32 {
    guard bytes.endIndex >= place + 4,
      bytes[place..<place + 4].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let number = UInt32(String(decoding: bytes[place..<place + 4], as: UTF8.self), radix: 16)
    else { throw failure("expected four hexadecimal digits after \\u") }
    place += 4
    return number
  }

  private var peek: UInt8? { place < bytes.endIndex ? bytes[place] : nil }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      place += 1
    }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard peek == UInt8(ascii: character) else { return false }
    place += 1
    return true
  }

  private func failure(_ reason: String) -> JobFormatError {
    let line = 1 + bytes[..<min(place, bytes.endIndex)].count { $0 == 0x0A }
    return .malformed(line: line, "not valid JSON: \(reason)")
  }
}

/// Reads the items of a JSON document that is a list, one by one.
struct JSONListReader {
  private var reader: JSONReader
  private var isAtEnd = false

  /// Nil for a document that is no list, or an empty one.
  init?(_ bytes: [UInt8]) {
    reader = JSONReader(UTF8Check.content(bytes))
    guard reader.enterList() else { return nil }
  }

  mutating func next() throws(JobFormatError) -> JobValue? {
    guard !isAtEnd else { return nil }
    let item = try reader.item()
    isAtEnd = item.isLast
    return item.value
  }
}
