import COpenSSL

extension PasswordHash {
  /// The most memory one computation may take when the caller says nothing: 64 MiB.
  public static let defaultMaximumMemory = 64 * 1024 * 1024

  /// Hashes a password with a fresh salt of 16 bytes into 32 bytes.
  ///
  /// Takes a fraction of a second of one core: call it through `PasswordHasher` from asynchronous code.
  /// Throws `badArgument` for parameters out of range, `memoryLimit` when they need more than
  /// `maximumMemory` bytes.
  public static func scrypt(
    _ password: String, parameters: Parameters = .standard,
    maximumMemory: Int = defaultMaximumMemory
  ) throws(CryptographyError) -> PasswordHash {
    try scrypt(
      Array(password.utf8), salt: SecureRandom.bytes(16), byteCount: 32, parameters: parameters,
      maximumMemory: maximumMemory)
  }

  /// Whether `password` is the one that was hashed, compared in constant time.
  ///
  /// As costly as making the hash. Throws `memoryLimit` when the stored parameters need more than
  /// `maximumMemory` bytes, so that a planted hash cannot exhaust the process.
  public func verify(
    _ password: String, maximumMemory: Int = defaultMaximumMemory
  ) throws(CryptographyError) -> Bool {
    let other = try Self.scrypt(
      Array(password.utf8), salt: salt, byteCount: hash.count, parameters: parameters,
      maximumMemory: maximumMemory)
    return constantTimeEquals(hash, other.hash)
  }

  /// scrypt with every input given; for tests with known answers and for `verify`.
  static func scrypt(
    _ password: [UInt8], salt: [UInt8], byteCount: Int, parameters: Parameters, maximumMemory: Int
  ) throws(CryptographyError) -> PasswordHash {
    guard parameters.isSane else {
      throw CryptographyError(
        .badArgument, operation: "scrypt", reason: "parameters out of range: \(parameters)")
    }
    guard parameters.memory <= maximumMemory else {
      throw CryptographyError(
        .memoryLimit, operation: "scrypt",
        reason: "needs \(parameters.memory) bytes, allowed are \(maximumMemory)")
    }
    var hash = [UInt8](repeating: 0, count: byteCount)
    let done = password.withUnsafeBytes { bytes in
      EVP_PBE_scrypt(
        bytes.assumingMemoryBound(to: CChar.self).baseAddress, bytes.count, salt, salt.count,
        1 << UInt64(parameters.logN), UInt64(parameters.r), UInt64(parameters.p),
        UInt64(maximumMemory) + 1_048_576, &hash, byteCount)
    }
    guard done == 1 else { throw .library("scrypt") }
    return PasswordHash(parameters: parameters, salt: salt, hash: hash)
  }
}
