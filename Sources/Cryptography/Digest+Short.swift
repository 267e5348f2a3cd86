extension Digest {
  /// The digest of `bytes`, `algorithm.byteCount` bytes.
  public static func of(_ bytes: some Collection<UInt8>, _ algorithm: Algorithm) -> [UInt8] {
    var digest = Digest(algorithm)
    digest.update(bytes)
    return digest.finish()
  }

  /// SHA-256 (FIPS 180-4), 32 bytes.
  public static func sha256(_ bytes: some Collection<UInt8>) -> [UInt8] { of(bytes, .sha256) }

  /// SHA-1, 20 bytes; only for formats of others that ask for it.
  public static func sha1(_ bytes: some Collection<UInt8>) -> [UInt8] { of(bytes, .sha1) }

  /// MD5, 16 bytes; only for formats of others that ask for it.
  public static func md5(_ bytes: some Collection<UInt8>) -> [UInt8] { of(bytes, .md5) }

  /// The digest of a text's UTF-8 as lower-case hexadecimal: the form in which secrets are stored.
  public static func hex(_ text: String, _ algorithm: Algorithm = .sha256) -> String {
    Hexadecimal.text(of: of(text.utf8, algorithm))
  }

  /// The digest of `bytes` as lower-case hexadecimal.
  public static func hex(_ bytes: [UInt8], _ algorithm: Algorithm = .sha256) -> String {
    Hexadecimal.text(of: of(bytes, algorithm))
  }
}
