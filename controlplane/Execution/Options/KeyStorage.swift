/// Where secrets are kept that jobs name by path (`keys/…`): the seam for a storage of keys.
public protocol KeyStorage: Sendable {
  /// The password that is stored at `path`, as `user` may read it in `project`.
  func password(
    at path: String, for user: String, in project: String
  ) async throws(KeyStorageError) -> String
}

/// Why a secret cannot be had. The texts never hold the secret.
public enum KeyStorageError: Error, Sendable, Hashable, CustomStringConvertible {
  /// This member has no key storage.
  case absent
  /// There is no password at that path, or it is something else than a password.
  case missing
  /// Whoever runs the job may not read it.
  case forbidden
  /// The storage does not answer now; the same question may be answered later.
  case unavailable(String)

  public var description: String {
    switch self {
    case .absent: "this version has no key storage"
    case .missing: "there is no password of that path"
    case .forbidden: "whoever runs the job may not read it"
    case .unavailable(let reason): "the key storage does not answer: \(reason)"
    }
  }
}

/// No key storage.
public struct NoKeyStorage: KeyStorage {
  public init() {}

  public func password(
    at path: String, for user: String, in project: String
  ) async throws(KeyStorageError) -> String { throw .absent }
}
