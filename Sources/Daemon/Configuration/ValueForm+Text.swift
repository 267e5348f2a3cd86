extension ValueForm where Value == String {
  /// Any text, the empty one too.
  public static var text: Self {
    Self(allowed: "any text", parse: { $0 }, format: { $0 })
  }

  /// A text that is not empty.
  public static var nonEmptyText: Self {
    Self(allowed: "a text that is not empty", parse: { $0.isEmpty ? nil : $0 }, format: { $0 })
  }

  /// A text that is never shown: not by `--check-config`, not in a problem, not in a log.
  public static var secret: Self {
    Self(
      allowed: "a text that is not empty", isSecret: true,
      parse: { $0.isEmpty ? nil : $0 }, format: { $0 })
  }

  /// An absolute path in the file system. Whether something is there is for its user to find out.
  public static var path: Self {
    Self(
      allowed: "an absolute path",
      parse: { $0.hasPrefix("/") && !$0.contains("\0") ? $0 : nil }, format: { $0 })
  }

  /// An absolute URL of one of the schemes with a host, kept as written.
  public static func url(schemes: [String] = ["http", "https"]) -> Self {
    Self(
      allowed: "a URL that begins with " + schemes.map { $0 + "://" }.joined(separator: " or "),
      parse: { text in
        let hasScheme = schemes.contains { scheme in
          let prefix = scheme + "://"
          return text.lowercased().hasPrefix(prefix) && text.count > prefix.count
        }
        return hasScheme && !text.contains { $0.isWhitespace } ? text : nil
      },
      format: { $0 })
  }

  /// A UUID in its form of 8-4-4-4-12 hexadecimal digits, kept as written (RFC 9562, section 4).
  public static var uuid: Self {
    Self(
      allowed: "a UUID such as 123e4567-e89b-12d3-a456-426614174000",
      parse: { text in
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        let isShaped = groups.map(\.utf8.count) == [8, 4, 4, 4, 12]
        let isHex = groups.allSatisfy { $0.allSatisfy { $0.isASCII && $0.isHexDigit } }
        return isShaped && isHex ? text : nil
      },
      format: { $0 })
  }
}

extension ValueForm where Value == [String] {
  /// A list of texts with commas between them; white space around an entry does not count, empty entries are dropped.
  public static var list: Self {
    Self(
      allowed: "a list with commas between its entries",
      parse: { text in
        text.split(separator: ",").map { $0.trimmingWhitespace() }.filter { !$0.isEmpty }
      },
      format: { $0.joined(separator: ",") })
  }
}

extension StringProtocol {
  /// The text without white space at its ends.
  func trimmingWhitespace() -> String {
    var rest = self[...]
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }
}
