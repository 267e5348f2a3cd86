/// An SQL text as SQLite wants it: SQLite numbers `$1`, `$2`, … by their first appearance, so each
/// `$N` becomes `?N`, except in literals, quoted identifiers and comments.
struct SQLText: Hashable, Sendable {
  /// What a statement does, as its keywords tell.
  enum Kind: Sendable {
    /// Reads only, so that a reader may answer it.
    case query
    /// INSERT, UPDATE, DELETE or REPLACE, alone or behind WITH.
    case change
    /// Everything else: the schema, pragmas.
    case other
  }

  /// The text with `?N`.
  let text: String
  let kind: Kind

  init(_ sql: String) {
    var scanner = SQLScanner(sql)
    scanner.scan()
    text = String(decoding: scanner.output, as: UTF8.self)
    kind = Self.kind(scanner.keywords)
  }

  private static let changing: Set<String> = ["insert", "update", "delete", "replace"]

  private static func kind(_ keywords: [String]) -> Kind {
    switch keywords.first {
    case "select", "values", "explain": .query
    case "with": keywords.contains(where: changing.contains) ? .change : .query
    case let first?: changing.contains(first) ? .change : .other
    case nil: .other
    }
  }
}

/// Walks over an SQL text byte by byte.
private struct SQLScanner {
  private let bytes: [UInt8]
  private var index = 0
  private(set) var output: [UInt8] = []
  /// The first word, and the later ones while the first is WITH; in lower case.
  private(set) var keywords: [String] = []

  init(_ sql: String) {
    bytes = Array(sql.utf8)
    output.reserveCapacity(bytes.count)
  }

  mutating func scan() {
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"): quoted(bytes[index])
      case UInt8(ascii: "-") where next == UInt8(ascii: "-"): copy(through: [UInt8(ascii: "\n")])
      case UInt8(ascii: "/") where next == UInt8(ascii: "*"):
        copy(2)
        copy(through: Array("*/".utf8))
      case UInt8(ascii: "$"): dollar()
      case let byte where Self.isWord(byte): word()
      default: copy(1)
      }
    }
  }

  private var next: UInt8? { index + 1 < bytes.count ? bytes[index + 1] : nil }

  private mutating func copy(_ count: Int) {
    let end = min(index + count, bytes.count)
    output += bytes[index..<end]
    index = end
  }

  private mutating func copy(through end: [UInt8]) {
    while index < bytes.count, !bytes[index...].starts(with: end) { copy(1) }
    copy(end.count)
  }

  /// A literal or a quoted identifier; a doubled quote inside begins the next one right away.
  private mutating func quoted(_ quote: UInt8) {
    copy(1)
    copy(through: [quote])
  }

  private mutating func dollar() {
    if let digit = next, Self.isDigit(digit) {
      output.append(UInt8(ascii: "?"))
      index += 1
      while index < bytes.count, Self.isDigit(bytes[index]) { copy(1) }
    } else {
      copy(1)
    }
  }

  private mutating func word() {
    let start = index
    while index < bytes.count, Self.isWord(bytes[index]) || bytes[index] == UInt8(ascii: "$") {
      copy(1)
    }
    if keywords.isEmpty || keywords[0] == "with" {
      keywords.append(String(decoding: bytes[start..<index], as: UTF8.self).lowercased())
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static func isWord(_ byte: UInt8) -> Bool {
    byte >= 0x80 || byte == 0x5F || isDigit(byte) || (0x61...0x7A).contains(byte | 0x20)
  }
}
