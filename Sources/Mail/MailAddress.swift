/// Somebody's address: `user@host`, or `Name <user@host>`.
public struct MailAddress: Sendable, Hashable, CustomStringConvertible {
  /// What is shown instead of the address; empty for none.
  public let name: String
  /// `user@host`, in ASCII.
  public let address: String

  /// Reads an address as people write it. Nil for anything that is none, and for what no header field or command may
  /// have in it: line breaks, blanks, quotes and characters beyond ASCII in the address itself.
  public init?(_ text: String) {
    let text = Self.trimmed(text[...])
    guard text.last == ">", let start = text.lastIndex(of: "<") else {
      guard Self.isAddress(text) else { return nil }
      self.init(name: "", address: String(text))
      return
    }
    let address = text[text.index(after: start)...].dropLast()
    var name = Self.trimmed(text[..<start])
    if name.count >= 2, name.first == "\"", name.last == "\"" { name = name.dropFirst().dropLast() }
    guard Self.isAddress(address), !name.unicodeScalars.contains(where: HeaderText.isControl)
    else { return nil }
    self.init(name: String(name), address: String(address))
  }

  private init(name: String, address: String) {
    self.name = name
    self.address = address
  }

  /// As it stands in a header field.
  public var description: String {
    name.isEmpty ? address : "\(HeaderText.phrase(name)) <\(address)>"
  }

  private static func isAddress(_ text: Substring) -> Bool {
    guard text.utf8.count <= 254, let at = text.lastIndex(of: "@") else { return false }
    let (user, host) = (text[..<at], text[text.index(after: at)...])
    guard !user.isEmpty, user.utf8.count <= 64, !host.isEmpty else { return false }
    let areParts = [user, host].allSatisfy { part in
      part.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty }
    }
    return areParts && user.utf8.allSatisfy { $0 == UInt8(ascii: ".") || isAtom($0) }
      && host.utf8.allSatisfy(isHost) && host.first != "-"
  }

  private static func isAtom(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || "!#$%&'*+/=?^_`{|}~-".utf8.contains(byte)
  }

  private static func isHost(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: false
    }
  }

  private static func trimmed(_ text: Substring) -> Substring {
    let start = text.drop(while: \.isWhitespace)
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return start[...last]
  }
}
