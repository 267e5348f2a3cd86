import Cryptography

/// What proves an object as a whole: SHA-256 of the SHA-256s of its parts, one after the other. The parts are its head,
/// its segments and its tail, so each byte goes through one digest only.
struct ObjectDigest: Sendable {
  private var parts: [UInt8] = []

  /// The next part is one of these bytes; answers their SHA-256.
  @discardableResult
  mutating func take(_ bytes: some Collection<UInt8>) -> [UInt8] {
    let digest = Digest.sha256(bytes)
    take(digest: digest)
    return digest
  }

  /// The next part has this SHA-256.
  mutating func take(digest: [UInt8]) { parts += digest }

  /// The digest of all parts so far.
  var value: [UInt8] { Digest.sha256(parts) }
}
