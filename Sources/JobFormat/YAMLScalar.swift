import Model
import Yams

/// What a scalar of YAML means: only `true`, `false`, `null` and numbers are more than text, and
/// numbers keep the text they were written with.
enum YAMLScalar {
  static func value(of scalar: YAMLNode.Scalar) throws(JobFormatError) -> JobValue {
    let tag = scalar.tag.description
    if tag.hasPrefix("!") && tag != "!" || tag.hasSuffix(":binary") && scalar.style != .plain {
      throw .refused("the tag \(tag) is not supported")
    }
    guard scalar.style == .plain else { return .text(scalar.string) }
    return plain(scalar.string)
  }

  /// The value of an unquoted scalar.
  static func plain(_ text: String) -> JobValue {
    switch text {
    case "", "~", "null", "Null", "NULL": .null
    case "true": .boolean(true)
    case "false": .boolean(false)
    default: isNumber(text) ? .number(text) : .text(text)
    }
  }

  /// Whether the text is a number in JSON's grammar, so that every format can write it bare.
  static func isNumber(_ text: String) -> Bool {
    var rest = Substring(text).utf8[...]
    if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    guard let first = rest.first, isDigit(first) else { return false }
    let whole = rest.prefix(while: isDigit)
    guard first != UInt8(ascii: "0") || whole.count == 1 else { return false }
    rest = rest.dropFirst(whole.count)
    if rest.first == UInt8(ascii: ".") {
      let digits = rest.dropFirst().prefix(while: isDigit)
      guard !digits.isEmpty else { return false }
      rest = rest.dropFirst(digits.count + 1)
    }
    return rest.isEmpty || isExponent(rest)
  }

  private static func isExponent(_ text: Substring.UTF8View) -> Bool {
    guard let first = text.first, first | 0x20 == UInt8(ascii: "e") else { return false }
    var rest = text.dropFirst()
    if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
      rest = rest.dropFirst()
    }
    return !rest.isEmpty && rest.allSatisfy(isDigit)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
