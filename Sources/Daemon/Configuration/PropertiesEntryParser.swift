/// Reads key and value of one logical line.
struct PropertiesEntryParser {
  private var rest: ArraySlice<Unicode.Scalar>
  private let line: Int

  init(_ text: [Unicode.Scalar], line: Int) {
    self.rest = text[...]
    self.line = line
  }

  mutating func entry() throws(PropertiesDocument.SyntaxError) -> PropertiesDocument.Entry {
    let key = try unescaped { $0 == "=" || $0 == ":" || $0.isPropertiesSpace }
    skipSpace()
    if rest.first == "=" || rest.first == ":" {
      rest.removeFirst()
      skipSpace()
    }
    let value = try unescaped { _ in false }
    return PropertiesDocument.Entry(key: key, value: value, line: line)
  }

  private mutating func skipSpace() {
    rest = rest.drop(while: \.isPropertiesSpace)
  }

  private mutating func unescaped(
    until ends: (Unicode.Scalar) -> Bool
  ) throws(PropertiesDocument.SyntaxError) -> String {
    var units: [UInt16] = []
    while let scalar = rest.first, !ends(scalar) {
      rest.removeFirst()
      units += scalar == "\\" ? try escape() : Array(UTF16.encode(scalar)!)
    }
    return String(decoding: units, as: UTF16.self)
  }

  /// What stands for the escape whose backslash was read. `\u` gives a UTF-16 unit, so pairs make one character.
  private mutating func escape() throws(PropertiesDocument.SyntaxError) -> [UInt16] {
    guard let scalar = rest.popFirst() else { return [] }
    switch scalar {
    case "t": return [0x09]
    case "n": return [0x0A]
    case "r": return [0x0D]
    case "f": return [0x0C]
    case "u": return [try unicodeUnit()]
    default: return Array(UTF16.encode(scalar)!)
    }
  }

  private mutating func unicodeUnit() throws(PropertiesDocument.SyntaxError) -> UInt16 {
    let digits = rest.prefix(4)
    let isHex = digits.allSatisfy { $0.isASCII && $0.properties.isASCIIHexDigit }
    let text = String(String.UnicodeScalarView(digits))
    guard digits.count == 4, isHex, let unit = UInt16(text, radix: 16) else {
      throw PropertiesDocument.SyntaxError(
        line: line, reason: "\\u must be followed by four hexadecimal digits")
    }
    rest = rest.dropFirst(4)
    return unit
  }
}
