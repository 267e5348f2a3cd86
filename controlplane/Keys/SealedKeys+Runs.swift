public import Execution
import Model
import Store

/// What runs read. Who may read is decided by the path: `keys/project/NAME/…` is for runs of that project, everything else
/// for all.
extension SealedKeys: KeyStorage {
  /// The largest content that becomes a value of a run: it is masked in every output, and one variable of a
  /// process holds no more.
  public static let mostValueBytes = 65_536

  public func password(
    at path: String, for user: String, in project: String
  ) async throws(KeyStorageError) -> String {
    try await text(at: path, in: project) { (kind) throws(KeyStorageError) in
      switch kind {
      case .password: return
      case .privateKey: throw KeyStorageError.unfit("a private key is stored there and no password")
      case .publicKey: throw KeyStorageError.unfit("a public key is stored there and no password")
      }
    }
  }

  public func content(
    at path: String, for user: String, in project: String
  ) async throws(KeyStorageError) -> String {
    try await text(at: path, in: project) { _ in }
  }

  private func text(
    at text: String, in project: String,
    accepting check: (StoredKeyKind) throws(KeyStorageError) -> Void
  ) async throws(KeyStorageError) -> String {
    let path = try Self.path(text)
    guard path.isReadable(in: project) else { throw .forbidden }
    let found: (key: StoredKeyRecord, content: [UInt8])?
    do throws(KeyContentError) {
      found = try await open(at: path)
    } catch {
      throw KeyStorageError(error)
    }
    guard let found else { throw .missing }
    try check(found.key.kind)
    return try Self.value(found.content)
  }

  private static func path(_ text: String) throws(KeyStorageError) -> StoragePath {
    do throws(StoragePathProblem) {
      return try StoragePath(text)
    } catch {
      throw .unfit("the path \(error)")
    }
  }

  private static func value(_ bytes: [UInt8]) throws(KeyStorageError) -> String {
    guard bytes.count <= mostValueBytes else {
      throw .unfit("it has \(bytes.count) bytes, and a value may have \(mostValueBytes)")
    }
    guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
      throw .unfit("it is no text: a value is UTF-8 without the character U+0000")
    }
    return text
  }
}

extension KeyStorageError {
  init(_ error: KeyContentError) {
    if case .store(let error) = error, error.isRetryable {
      self = .unavailable("\(error)")
    } else {
      self = .unfit("\(error)")
    }
  }
}
