/// Seals small values (secure options, assignments, stored secrets) with AES-256-GCM.
///
/// A value opens only with the context it was sealed for, so a sealed value copied to another row
/// stays shut. Nonces are random: one key must not seal more than 2^32 values (NIST SP 800-38D).
public struct EnvelopeSealer: Sendable {
  private let key: EnvelopeKey
  private let keys: [String: EnvelopeKey]

  /// Seals with `key`; opens what `key` or one of the `retired` keys sealed.
  public init(key: EnvelopeKey, retired: [EnvelopeKey] = []) {
    self.key = key
    var keys: [String: EnvelopeKey] = [:]
    for retiredKey in retired { keys[retiredKey.id] = retiredKey }
    keys[key.id] = key
    self.keys = keys
  }

  /// The bytes of an envelope around `bytes`; `context` names what they belong to, e.g.
  /// `execution/17/options`, and is not stored.
  ///
  /// Throws `library` when OpenSSL refuses, which it does not do in practice.
  public func seal(_ bytes: [UInt8], context: String) throws(CryptographyError) -> [UInt8] {
    let nonce = SecureRandom.bytes(Envelope.nonceLength)
    let sealed = try GaloisCounterMode.seal(
      bytes, key: key.secret, nonce: nonce,
      associated: Self.associated(keyID: key.id, context: context))
    return Envelope(keyID: key.id, nonce: nonce, ciphertext: sealed.text, tag: sealed.tag).bytes
  }

  /// What was sealed, or why it does not open.
  public func open(_ bytes: [UInt8], context: String) throws(EnvelopeError) -> [UInt8] {
    let envelope = try Envelope(bytes)
    guard let key = keys[envelope.keyID] else { throw .unknownKey(id: envelope.keyID) }
    let opened: [UInt8]?
    do {
      opened = try GaloisCounterMode.open(
        envelope.ciphertext, tag: envelope.tag, key: key.secret, nonce: envelope.nonce,
        associated: Self.associated(keyID: envelope.keyID, context: context))
    } catch {
      throw .library(error)
    }
    guard let opened else { throw .notAuthentic }
    return opened
  }

  private static func associated(keyID: String, context: String) -> [UInt8] {
    Envelope.header(keyID: keyID) + Array(context.utf8)
  }
}
