/// Where secrets are kept that jobs name by path (`keys/…`).
public protocol KeyStorage: Sendable {
  /// The password that is stored at `path`, as a run of `user` in `project` may read it. Other kinds of keys are `unfit`.
  func password(
    at path: String, for user: String, in project: String
  ) async throws(KeyStorageError) -> String

  /// What is stored at `path`, of whatever kind, as text.
  func content(
    at path: String, for user: String, in project: String
  ) async throws(KeyStorageError) -> String
}

extension KeyStorage {
  public func content(
    at path: String, for user: String, in project: String
  ) async throws(KeyStorageError) -> String {
    try await password(at: path, for: user, in: project)
  }
}

/// Why a secret cannot be had. The texts never hold the secret, nor the path: whoever shows one names the path.
public enum KeyStorageError: Error, Sendable, Hashable, CustomStringConvertible {
  /// This member has no key storage.
  case absent
  /// Nothing is stored at that path.
  case missing
  /// Runs of that project may not read it.
  case forbidden
  /// What is there cannot be used; the text says what it is.
  case unfit(String)
  /// The storage does not answer now; the same question may be answered later.
  case unavailable(String)

  public var description: String {
    switch self {
    case .absent: "this member has no key storage"
    case .missing: "nothing is stored at that path"
    case .forbidden: "runs of this project may not read it"
    case .unfit(let reason): reason
    case .unavailable(let reason): "the key storage does not answer: \(reason)"
    }
  }

  /// Whether the same question may be answered later.
  public var isTransient: Bool { if case .unavailable = self { true } else { false } }
}

/// No key storage.
public struct NoKeyStorage: KeyStorage {
  public init() {}

  public func password(
    at path: String, for user: String, in project: String
  ) async throws(KeyStorageError) -> String { throw .absent }
}
