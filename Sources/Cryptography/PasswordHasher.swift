/// Hashes and checks passwords one at a time on a thread of its own.
///
/// One at a time bounds the memory that a storm of logins can take to that of one computation, and
/// keeps a fraction of a second of arithmetic off the shared threads of Swift's concurrency.
public actor PasswordHasher {
  private let executor = QueueExecutor(label: "quarterdeck.password-hasher")
  private let parameters: PasswordHash.Parameters
  private let maximumMemory: Int

  /// A queue of its own, beside the shared threads.
  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  /// A hasher that makes hashes with `parameters` and refuses any that need more than `maximumMemory` bytes.
  public init(
    parameters: PasswordHash.Parameters = .standard,
    maximumMemory: Int = PasswordHash.defaultMaximumMemory
  ) {
    self.parameters = parameters
    self.maximumMemory = maximumMemory
  }

  /// Hashes a password; see `PasswordHash.scrypt` for the errors.
  public func hash(_ password: String) throws(CryptographyError) -> PasswordHash {
    try PasswordHash.scrypt(password, parameters: parameters, maximumMemory: maximumMemory)
  }

  /// Whether `password` is the one behind `hash`; see `PasswordHash.verify` for the errors.
  public func verify(
    _ password: String, against hash: PasswordHash
  ) throws(CryptographyError) -> Bool {
    try hash.verify(password, maximumMemory: maximumMemory)
  }
}
