/// Writes an expression of Java's `Pattern` in PCRE2's syntax, where the two differ.
///
/// What Java has and PCRE2 does not is an error, never another meaning. The texts that neither takes are left
/// to PCRE2 to refuse.
struct JavaSyntax {
  /// PCRE2's text, after `translate`.
  private(set) var output: [UInt8] = []
  /// Whether `(?U)` asks for classes beyond ASCII.
  private(set) var hasUnicodeClasses = false

  private let input: [UInt8]
  private var place = 0
  /// How many sets are open.
  private var depth = 0

  init(_ text: String) { input = Array(text.utf8) }

  mutating func translate() throws(JavaSyntaxError) {
    while let byte = peek() {
      switch byte {
      case UInt8(ascii: "\\"): try escape()
      case UInt8(ascii: "["): try openSet()
      case UInt8(ascii: "]") where depth > 0: closeSet()
      case UInt8(ascii: "&") where depth > 0 && peek(1) == byte:
        throw JavaSyntaxError("intersections of sets (&&) are not supported")
      case UInt8(ascii: "(") where depth == 0: try openGroup()
      default: copy(1)
      }
    }
  }

  private func peek(_ distance: Int = 0) -> UInt8? {
    place + distance < input.count ? input[place + distance] : nil
  }

  private mutating func copy(_ count: Int) {
    let end = min(input.count, place + count)
    output += input[place..<end]
    place = end
  }

  private func starts(with text: StaticString, at distance: Int = 0) -> Bool {
    input.dropFirst(place + distance).starts(
      with: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }
}

// Sets.
extension JavaSyntax {
  private mutating func openSet() throws(JavaSyntaxError) {
    if depth > 0 { return try openInnerSet() }
    depth = 1
    copy(1)
    if peek() == UInt8(ascii: "^") { copy(1) }
    if peek() == UInt8(ascii: "]") { copy(1) }
  }

  /// A set within a set adds its members, so its brackets can go; a hyphen beside them stays itself.
  private mutating func openInnerSet() throws(JavaSyntaxError) {
    if starts(with: "[:"), let end = end(of: ":]") { return copy(end - place) }
    guard peek(1) != UInt8(ascii: "^") else {
      throw JavaSyntaxError("a set within a set cannot begin with ^")
    }
    depth += 1
    guard depth <= JobPattern.deepest else {
      throw JavaSyntaxError("its sets are nested deeper than \(JobPattern.deepest) levels")
    }
    escapeLastHyphen()
    place += 1
    if let byte = peek(), byte == UInt8(ascii: "-") || byte == UInt8(ascii: "]") {
      output.append(UInt8(ascii: "\\"))
      copy(1)
    }
  }

  private mutating func closeSet() {
    depth -= 1
    if depth == 0 { return copy(1) }
    escapeLastHyphen()
    place += 1
    if peek() == UInt8(ascii: "-") { output.append(UInt8(ascii: "\\")) }
  }

  private mutating func escapeLastHyphen() {
    guard output.last == UInt8(ascii: "-"), output.dropLast().last != UInt8(ascii: "\\") else {
      return
    }
    output.insert(UInt8(ascii: "\\"), at: output.count - 1)
  }

  /// Behind the next occurrence of the text.
  private func end(of text: StaticString) -> Int? {
    (0..<max(0, input.count - place)).first { starts(with: text, at: $0) }
      .map { place + $0 + text.utf8CodeUnitCount }
  }
}

// Groups.
extension JavaSyntax {
  private mutating func openGroup() throws(JavaSyntaxError) {
    if peek(1) == UInt8(ascii: "*") {
      throw JavaSyntaxError("quantifier does not follow a repeatable item")
    }
    guard peek(1) == UInt8(ascii: "?") else { return copy(1) }
    let flags = input[(place + 2)...].prefix { isLetter($0) || $0 == UInt8(ascii: "-") }
    guard flags.endIndex < input.count, !flags.isEmpty,
      [UInt8(ascii: ")"), UInt8(ascii: ":")].contains(input[flags.endIndex])
    else { return copy(2) }
    try setFlags(flags)
  }

  /// `u` and `d` have no counterpart that a whole match could show; `U` is an option of the compiler.
  private mutating func setFlags(_ flags: ArraySlice<UInt8>) throws(JavaSyntaxError) {
    let text = String(decoding: flags, as: UTF8.self)
    guard text.allSatisfy("idmsuxU-".contains) else {
      throw JavaSyntaxError("unknown flags in (?\(text)")
    }
    if text.prefix(while: { $0 != "-" }).contains("U") { hasUnicodeClasses = true }
    var kept = text.filter { !"udU".contains($0) }
    if kept.last == "-" { kept.removeLast() }
    place = flags.endIndex + 1
    let end = input[flags.endIndex]
    if kept.isEmpty, end == UInt8(ascii: ")") { return }
    output += Array("(?\(kept)".utf8) + [end]
  }

  private func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}

// Escapes.
extension JavaSyntax {
  private mutating func escape() throws(JavaSyntaxError) {
    switch peek(1) {
    case UInt8(ascii: "Q"):
      let end = end(of: "\\E") ?? input.count
      copy(end - place)
    case UInt8(ascii: "u"): try codeUnits()
    case UInt8(ascii: "p"), UInt8(ascii: "P"): property()
    case let byte? where byte >= 0x80: throw JavaSyntaxError("\\ before a letter beyond ASCII")
    default: copy(2)
    }
  }

  /// `\uD83D\uDE00`: UTF-16.
  private mutating func codeUnits() throws(JavaSyntaxError) {
    guard let first = hexadecimal(at: 2) else {
      throw JavaSyntaxError("\\u is not followed by four hexadecimal digits")
    }
    var units = [first]
    if UTF16.isLeadSurrogate(first), starts(with: "\\u", at: 6), let second = hexadecimal(at: 8) {
      units.append(second)
    }
    let scalars = String(decoding: units, as: UTF16.self).unicodeScalars
    guard let scalar = scalars.first, scalars.count == 1, scalar != "\u{FFFD}" else {
      throw JavaSyntaxError("\\u stands for half a character")
    }
    place += 6 * units.count
    output += Array("\\x{\(String(scalar.value, radix: 16))}".utf8)
  }

  private func hexadecimal(at distance: Int) -> UInt16? {
    let digits = input.dropFirst(place + distance).prefix(4)
    guard digits.count == 4 else { return nil }
    let text = String(decoding: digits, as: UTF8.self)
    return text.hasPrefix("+") || text.hasPrefix("-") ? nil : UInt16(text, radix: 16)
  }

  /// `\p{Alpha}` is ASCII in Java, so it becomes a POSIX class; `\p{IsLatin}` is `\p{Latin}`.
  private mutating func property() {
    guard peek(2) == UInt8(ascii: "{"), let end = end(of: "}") else { return copy(2) }
    let isNegated = peek(1) == UInt8(ascii: "P")
    let name = String(decoding: input[(place + 3)..<(end - 1)], as: UTF8.self)
    place = end
    if Self.posixNames.contains(name) {
      let set = "[:\(isNegated ? "^" : "")\(name.lowercased()):]"
      output += Array((depth > 0 ? set : "[\(set)]").utf8)
      return
    }
    let plain = name.hasPrefix("Is") ? String(name.dropFirst(2)) : name
    output += Array("\\\(isNegated ? "P" : "p"){\(Self.synonyms[plain] ?? plain)}".utf8)
  }

  private static let posixNames: Set<String> = [
    "Lower", "Upper", "ASCII", "Alpha", "Digit", "Alnum", "Punct", "Graph", "Print", "Blank",
    "Cntrl", "XDigit", "Space",
  ]
  /// Java's names of properties that PCRE2 knows by another name.
  private static let synonyms = [
    "Letter": "L", "Digit": "Nd", "Punctuation": "P", "Control": "Cc", "Titlecase": "Lt",
  ]
}

/// What an expression has that cannot be said in PCRE2.
struct JavaSyntaxError: Error {
  let reason: String

  init(_ reason: String) { self.reason = reason }
}
