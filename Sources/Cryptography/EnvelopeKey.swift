/// A key of 32 bytes that seals envelopes, with the name by which envelopes refer to it.
public struct EnvelopeKey: Sendable, Hashable, CustomStringConvertible {
  /// How many bytes a key has.
  public static let byteCount = 32

  /// The key's name, 1…255 bytes of UTF-8; not secret.
  public let id: String
  /// The secret, 32 bytes.
  let secret: [UInt8]

  /// A key; without an `id` it is named after its digest, so equal keys have equal names everywhere.
  ///
  /// Throws `badArgument` when the key is not 32 bytes or the name not 1…255 bytes.
  public init(_ secret: [UInt8], id: String? = nil) throws(CryptographyError) {
    let id = id ?? Self.derivedID(of: secret)
    guard secret.count == Self.byteCount else {
      throw CryptographyError(
        .badArgument, operation: "envelope key",
        reason: "a key has \(Self.byteCount) bytes, not \(secret.count)")
    }
    guard (1...255).contains(id.utf8.count) else {
      throw CryptographyError(
        .badArgument, operation: "envelope key", reason: "a key's name has 1…255 bytes")
    }
    self.id = id
    self.secret = secret
  }

  /// Reads a key from 64 hexadecimal digits, as a key file holds it. Throws `badArgument` for anything else.
  public init(hex: String, id: String? = nil) throws(CryptographyError) {
    guard let secret = Hexadecimal.bytes(of: hex) else {
      throw CryptographyError(
        .badArgument, operation: "envelope key", reason: "not hexadecimal digits")
    }
    try self.init(secret, id: id)
  }

  /// A new random key.
  public static func random() -> EnvelopeKey {
    let secret = SecureRandom.bytes(byteCount)
    return EnvelopeKey(secret: secret, id: derivedID(of: secret))
  }

  /// The secret as 64 hexadecimal digits: what a key file of mode 0600 holds.
  public var hex: String { Hexadecimal.text(of: secret) }

  /// The name only; the secret stays out of logs.
  public var description: String { "key \(id)" }

  private init(secret: [UInt8], id: String) {
    self.secret = secret
    self.id = id
  }

  private static func derivedID(of secret: [UInt8]) -> String {
    Hexadecimal.text(of: Digest.sha256(Array("quarterdeck key id".utf8) + secret).prefix(4))
  }
}
