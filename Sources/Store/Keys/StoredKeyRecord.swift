public import Model

/// A stored key: everything but its content.
public struct StoredKeyRecord: Sendable, Hashable {
  public let path: StoragePath
  public let kind: StoredKeyKind
  /// Of the content, in bytes.
  public let size: Int64
  public let createdBy: String
  public let modifiedBy: String
  public let createdAt: Instant
  public let modifiedAt: Instant
}

/// A key that is about to be stored.
public struct StoredKeyDraft: Sendable, Hashable {
  public var path: StoragePath
  public var kind: StoredKeyKind
  /// Of the content, in bytes.
  public var size: Int64
  /// The content, sealed.
  public var sealed: [UInt8]
  public var user: String

  public init(path: StoragePath, kind: StoredKeyKind, size: Int64, sealed: [UInt8], user: String) {
    self.path = path
    self.kind = kind
    self.size = size
    self.sealed = sealed
    self.user = user
  }
}

/// What is in a folder of the key storage.
public enum StoredKeyEntry: Sendable, Hashable {
  case key(StoredKeyRecord)
  case folder(StoragePath)

  public var path: StoragePath {
    switch self {
    case .key(let record): record.path
    case .folder(let path): path
    }
  }
}

/// What is at a path of the key storage.
public enum StoredKeyLook: Sendable, Hashable {
  case key(StoredKeyRecord)
  /// Its content, by name.
  case folder([StoredKeyEntry])
}

/// What came of storing a new key.
public enum StoredKeyCreation: Sendable, Hashable {
  case created(StoredKeyRecord)
  /// A key of that path is there already.
  case exists
  /// A folder of that path is there.
  case isFolder
  /// What should be its folder is a key.
  case isBelow(key: StoragePath)
}
