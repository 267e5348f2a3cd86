import COpenSSL

/// A digest that is fed piece by piece, and short forms for bytes that are at hand.
///
/// SHA-256 is the one for everything of our own. MD5 and SHA-1 are here because files of others use
/// them (`realm.properties`); they protect nothing.
public struct Digest: ~Copyable, Sendable {
  /// Which digest.
  public enum Algorithm: String, Sendable, Hashable, CaseIterable {
    case sha256
    case sha1
    case md5

    /// The length of its result in bytes.
    public var byteCount: Int {
      switch self {
      case .sha256: 32
      case .sha1: 20
      case .md5: 16
      }
    }
  }

  /// Which digest this is.
  public let algorithm: Algorithm
  // nonisolated(unsafe): owned by this value alone, which cannot be copied and is mutated exclusively.
  private nonisolated(unsafe) let context: OpaquePointer

  /// A digest of nothing yet.
  public init(_ algorithm: Algorithm) {
    guard let context = EVP_MD_CTX_new(),
      EVP_DigestInit_ex(context, algorithm.implementation, nil) == 1
    else { preconditionFailure("this OpenSSL has no \(algorithm.rawValue)") }
    self.algorithm = algorithm
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Takes more bytes.
  public mutating func update(_ bytes: some Collection<UInt8>) {
    let done: Void? = bytes.withContiguousStorageIfAvailable { update(UnsafeRawBufferPointer($0)) }
    if done == nil { Array(bytes).withUnsafeBytes { update($0) } }
  }

  /// Takes more bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    precondition(
      EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1, "the digest failed")
  }

  /// The digest of all that was taken, `algorithm.byteCount` bytes.
  public consuming func finish() -> [UInt8] {
    let context = self.context
    return [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { buffer, filled in
      var length: UInt32 = 0
      precondition(
        EVP_DigestFinal_ex(context, buffer.baseAddress, &length) == 1, "the digest failed")
      filled = Int(length)
    }
  }
}

extension Digest.Algorithm {
  fileprivate var implementation: OpaquePointer? {
    switch self {
    case .sha256: EVP_sha256()
    case .sha1: EVP_sha1()
    case .md5: EVP_md5()
    }
  }
}
