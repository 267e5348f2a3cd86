public import Cryptography
public import Model
public import Store

/// The key storage of the cluster: keys by path in the database, each content sealed with the cluster key.
///
/// A content opens only at the path and as the kind that it was stored as: whoever can write to the database but has no
/// cluster key can neither read a secret, nor put it where others may read it, nor have it given out as a public key.
public struct SealedKeys: Sendable {
  let store: Store
  private let sealer: EnvelopeSealer

  public init(store: Store, sealer: EnvelopeSealer) {
    self.store = store
    self.sealer = sealer
  }

  /// What is at a path; nil: nothing.
  public func look(at path: StoragePath) async throws(StoreError) -> StoredKeyLook? {
    try await store.ask.keys.look(at: path)
  }

  /// Stores a key where none is. Throws `StoreError`, and `CryptographyError` when OpenSSL refuses.
  public func create(_ upload: KeyUpload) async throws -> StoredKeyCreation {
    try await store.create(draft(upload))
  }

  /// Stores a key in the place of one. Nil: there is none, and nothing was written. Throws as `create` does.
  public func replace(_ upload: KeyUpload) async throws -> StoredKeyRecord? {
    try await store.ask.keys.replace(draft(upload))
  }

  /// Removes a key. False: there is none. Throws `StoreError`.
  public func remove(at path: StoragePath) async throws -> Bool {
    try await store.removeKey(at: path)
  }

  /// A key with its content; nil: there is none of that path.
  public func open(
    at path: StoragePath
  ) async throws(KeyContentError) -> (key: StoredKeyRecord, content: [UInt8])? {
    let found: (key: StoredKeyRecord, bytes: [UInt8])?
    do throws(StoreError) {
      found = try await store.ask.keys.sealed(at: path)
    } catch {
      throw .store(error)
    }
    guard let found else { return nil }
    do throws(EnvelopeError) {
      let context = Self.context(found.key.path, found.key.kind)
      return (found.key, try sealer.open(found.bytes, context: context))
    } catch {
      throw .shut(error)
    }
  }

  private func draft(_ upload: KeyUpload) throws(CryptographyError) -> StoredKeyDraft {
    StoredKeyDraft(
      path: upload.path, kind: upload.kind, size: Int64(upload.content.count),
      sealed: try sealer.seal(
        upload.content, context: Self.context(upload.path, upload.kind)),
      user: upload.user)
  }

  private static func context(_ path: StoragePath, _ kind: StoredKeyKind) -> String {
    "stored-key/\(kind.rawValue)/\(path)"
  }
}

/// A key as somebody hands it over.
public struct KeyUpload: Sendable {
  public var path: StoragePath
  public var kind: StoredKeyKind
  public var content: [UInt8]
  public var user: String

  public init(path: StoragePath, kind: StoredKeyKind, content: [UInt8], user: String) {
    self.path = path
    self.kind = kind
    self.content = content
    self.user = user
  }
}

/// Why the content of a key that is there cannot be had.
public enum KeyContentError: Error, Sendable, Hashable, CustomStringConvertible {
  case store(StoreError)
  /// It does not open; the key must be stored again.
  case shut(EnvelopeError)

  public var description: String {
    switch self {
    case .store(let error): "\(error)"
    case .shut(.unknownKey(let id)):
      "it was sealed with another cluster key (\(id)) and must be stored again"
    case .shut(let error): "it does not open and must be stored again: \(error)"
    }
  }
}
