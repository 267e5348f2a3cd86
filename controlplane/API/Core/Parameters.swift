import Model

/// Named values of a query or a form, in their order; a name may occur several times.
struct Parameters: Sendable, Hashable {
  struct Pair: Sendable, Hashable {
    let name: String
    let value: String
  }

  private(set) var pairs: [Pair] = []

  init() {}

  /// Reads `a=1&b=two+words&b=%33`. Bytes that are no UTF-8 become U+FFFD.
  init(urlEncoded text: some StringProtocol) {
    pairs = text.split(separator: "&").map { part in
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return Pair(
        name: Self.decode(sides[0]), value: sides.count > 1 ? Self.decode(sides[1]) : "")
    }
  }

  mutating func add(_ name: String, _ value: String) {
    pairs.append(Pair(name: name, value: value))
  }

  func merging(_ other: Parameters) -> Parameters {
    var all = self
    all.pairs += other.pairs
    return all
  }

  func all(_ name: String) -> [String] {
    pairs.compactMap { $0.name == name ? $0.value : nil }
  }

  /// The first value, or nil when there is none or it is empty: Rundeck takes an empty parameter as none.
  func text(_ name: String) -> String? {
    pairs.first { $0.name == name && !$0.value.isEmpty }?.value
  }

  func has(_ name: String) -> Bool { pairs.contains { $0.name == name } }

  /// A number of 0 or more. Throws a 400 for anything else.
  func count(_ name: String) throws(APIError) -> Int64? {
    guard let text = text(name) else { return nil }
    guard let number = Int64(text), number >= 0 else {
      throw .invalid(parameter: name, value: text, "It must be a number of 0 or more")
    }
    return number
  }

  /// `true` or `false`. Throws a 400 for anything else.
  func flag(_ name: String) throws(APIError) -> Bool? {
    switch text(name) {
    case nil: return nil
    case "true": return true
    case "false": return false
    case let text?: throw .invalid(parameter: name, value: text, "It must be true or false")
    }
  }

  /// Values that are given several times or separated by commas.
  func list(_ name: String) -> [String] {
    all(name).flatMap { $0.split(separator: ",").map { String(trimmed($0)) } }
      .filter { !$0.isEmpty }
  }

  /// Throws a 400 that names the parameter whose name or value has the character U+0000.
  func refuseNull() throws(APIError) {
    for pair in pairs where pair.value.utf8.contains(0) || pair.name.utf8.contains(0) {
      throw .null(in: "the parameter \"\(pair.name.prefix { $0 != "\0" })\"")
    }
  }

  /// Percent-decodes, with `+` for a blank.
  static func decode(_ text: some StringProtocol) -> String {
    let plain = text.utf8.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }
    let bytes = PercentEncoding.decode(String(decoding: plain, as: UTF8.self))
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// The text without blanks around it.
func trimmed(_ text: some StringProtocol) -> Substring {
  let left = Substring(text).drop { $0.isWhitespace }
  guard let last = left.lastIndex(where: { !$0.isWhitespace }) else { return "" }
  return left[...last]
}
