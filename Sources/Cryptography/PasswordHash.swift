/// A password's scrypt hash (RFC 7914) with everything that is needed to check a password against it.
///
/// Its text is the PHC string format: `$scrypt$ln=14,r=8,p=5$SALT$HASH`, base64 without padding, where
/// `ln` is the base-2 logarithm of scrypt's N.
public struct PasswordHash: Sendable, Hashable, CustomStringConvertible {
  /// What making the hash costs.
  public struct Parameters: Sendable, Hashable {
    /// log2 of scrypt's N, 1…30.
    public let logN: Int
    /// scrypt's r, the block size, 1…64.
    public let r: Int
    /// scrypt's p, the number of passes, 1…64.
    public let p: Int

    /// Parameters as scrypt names them, with N as a power of two.
    public init(logN: Int, r: Int, p: Int) {
      self.logN = logN
      self.r = r
      self.p = p
    }

    /// N = 2^14, r = 8, p = 5: OWASP's recommendation that takes the least memory, 16 MiB.
    public static let standard = Parameters(logN: 14, r: 8, p: 5)

    /// The memory that one computation takes, in bytes.
    public var memory: Int { 128 * r * (1 << logN) + 128 * r * p + 1024 }
  }

  /// What making this hash cost.
  public let parameters: Parameters
  /// The salt, 1…64 bytes.
  public let salt: [UInt8]
  /// The derived key, 16…64 bytes.
  public let hash: [UInt8]

  init(parameters: Parameters, salt: [UInt8], hash: [UInt8]) {
    self.parameters = parameters
    self.salt = salt
    self.hash = hash
  }

  /// The text that `init(parsing:)` reads.
  public var text: String {
    "$scrypt$ln=\(parameters.logN),r=\(parameters.r),p=\(parameters.p)"
      + "$\(Base64.text(of: salt))$\(Base64.text(of: hash))"
  }

  /// The parameters only: a hash has no business in a log.
  public var description: String {
    "scrypt(ln=\(parameters.logN),r=\(parameters.r),p=\(parameters.p))"
  }
}
