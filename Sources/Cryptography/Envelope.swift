/// A sealed value taken apart.
///
/// Its bytes: version (1), length of the key's name (1), the name, nonce (12), ciphertext, tag (16).
/// What comes before the nonce is authenticated together with the context.
public struct Envelope: Sendable, Hashable {
  /// The version of the form above.
  public static let version: UInt8 = 1
  static let nonceLength = 12
  static let tagLength = 16

  /// The name of the key that sealed it.
  public let keyID: String
  let nonce: [UInt8]
  let ciphertext: [UInt8]
  let tag: [UInt8]

  init(keyID: String, nonce: [UInt8], ciphertext: [UInt8], tag: [UInt8]) {
    self.keyID = keyID
    self.nonce = nonce
    self.ciphertext = ciphertext
    self.tag = tag
  }

  /// Takes sealed bytes apart without opening them, e.g. to learn which key they need.
  ///
  /// Throws `truncated` or `unknownVersion`.
  public init(_ bytes: [UInt8]) throws(EnvelopeError) {
    guard let version = bytes.first else { throw .truncated }
    guard version == Self.version else { throw .unknownVersion(version) }
    guard bytes.count >= 2 else { throw .truncated }
    let nonceStart = 2 + Int(bytes[1])
    let textStart = nonceStart + Self.nonceLength
    let tagStart = bytes.count - Self.tagLength
    guard tagStart >= textStart else { throw .truncated }
    self.init(
      keyID: String(decoding: bytes[2..<nonceStart], as: UTF8.self),
      nonce: Array(bytes[nonceStart..<textStart]),
      ciphertext: Array(bytes[textStart..<tagStart]), tag: Array(bytes[tagStart...]))
  }

  /// The bytes to store.
  public var bytes: [UInt8] { Self.header(keyID: keyID) + nonce + ciphertext + tag }

  static func header(keyID: String) -> [UInt8] {
    [version, UInt8(keyID.utf8.count)] + Array(keyID.utf8)
  }
}

/// Why an envelope does not open.
public enum EnvelopeError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Too short to be one.
  case truncated
  /// Made by a program that knows a newer form.
  case unknownVersion(UInt8)
  /// Sealed with a key that this sealer does not hold.
  case unknownKey(id: String)
  /// Changed since it was sealed, or sealed with another key of that name or for another context.
  case notAuthentic
  /// OpenSSL refused to work at all.
  case library(CryptographyError)

  public var description: String {
    switch self {
    case .truncated: "the sealed value is cut short"
    case .unknownVersion(let version): "the sealed value has the unknown version \(version)"
    case .unknownKey(let id): "the sealed value needs key \(id), which is not configured"
    case .notAuthentic: "the sealed value was changed, or its key or context is another"
    case .library(let error): error.description
    }
  }
}
