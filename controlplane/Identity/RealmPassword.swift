import CCrypt
import Cryptography

/// A password as `realm.properties` holds it.
enum RealmPassword: Sendable, Hashable {
  case plain(String)
  /// Hex of the MD5 of the UTF-8 text.
  case md5(String)
  /// A setting and hash of crypt(3): `CRYPT:` (traditional DES) and `BCRYPT:`.
  case crypt(String)

  init(_ text: String) {
    if let rest = Self.rest(of: text, after: "MD5:") {
      self = .md5(rest.lowercased())
    } else if let rest = Self.rest(of: text, after: "OBF:") {
      self = Self.deobfuscated(rest).map { .plain($0) } ?? .plain(text)
    } else if let rest = Self.rest(of: text, after: "BCRYPT:") {
      self = .crypt(rest)
    } else if let rest = Self.rest(of: text, after: "CRYPT:") {
      self = .crypt(rest)
    } else {
      self = .plain(text)
    }
  }

  /// Whether `password` is the one. Slow on purpose for bcrypt: never call it on the shared threads.
  func matches(_ password: String) -> Bool {
    switch self {
    case .plain(let text): Self.equal(text, password)
    case .md5(let hex): Self.equal(hex, Digest.hex(password, .md5))
    case .crypt(let setting):
      Self.crypted(password, setting).map { Self.equal($0, setting) } ?? false
    }
  }

  private static func rest(of text: String, after prefix: String) -> String? {
    text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : nil
  }

  /// Compares digests, so that the time taken tells nothing about the texts.
  private static func equal(_ left: String, _ right: String) -> Bool {
    constantTimeEquals(Digest.sha256(left.utf8), Digest.sha256(right.utf8))
  }

  private static func crypted(_ password: String, _ setting: String) -> String? {
    var work = [UInt8](repeating: 0, count: MemoryLayout<crypt_data>.size)
    return work.withUnsafeMutableBytes { work in
      crypt_rn(password, setting, work.baseAddress, Int32(work.count)).map { String(cString: $0) }
    }
  }

  /// Jetty's obfuscation: each byte is four digits to the base of 36 that mix it with its mirror byte;
  /// a group after `U` holds the byte itself in its upper half.
  static func deobfuscated(_ text: String) -> String? {
    var bytes: [UInt8] = []
    var rest = Substring(text)
    while !rest.isEmpty {
      let isPlain = rest.first == "U"
      if isPlain { rest = rest.dropFirst() }
      guard rest.count >= 4, let number = Int(rest.prefix(4), radix: 36) else { return nil }
      rest = rest.dropFirst(4)
      let byte = isPlain ? number >> 8 : (number / 256 + number % 256 - 254) / 2
      guard (0...255).contains(byte) else { return nil }
      bytes.append(UInt8(byte))
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
