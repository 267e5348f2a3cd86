import Database
public import Model

extension StoreScope {
  /// The key storage.
  public var keys: StoredKeyStore { StoredKeyStore(scope: self) }
}

/// Keys by their paths, contents sealed. Folders come with the first key in them and go with the last.
public struct StoredKeyStore: Sendable {
  let scope: StoreScope

  static let columns =
    "path, kind, size, created_by, modified_by, created_at, modified_at"
  /// The `kind` of a folder's row.
  static let folderKind = "folder"

  /// What is at a path, in one question whose cost is that of the answer. Nil: nothing; the root is always there.
  public func look(at path: StoragePath) async throws(StoreError) -> StoredKeyLook? {
    let found = try await scope.all(
      """
      SELECT \(Self.columns) FROM stored_key WHERE path = $1
      UNION ALL SELECT \(Self.columns) FROM stored_key WHERE folder = $1
      """, [.text(path.text)], as: StoredKeyEntry.init(row:))
    if case .key(let record)? = found.first(where: { $0.path == path }) { return .key(record) }
    let content = found.filter { $0.path != path }
    guard path.isRoot || !content.isEmpty else { return nil }
    return .folder(content.sorted { $0.path.name < $1.path.name })
  }

  /// A key and its content, sealed. Nil: there is no key of that path.
  public func sealed(
    at path: StoragePath
  ) async throws(StoreError) -> (key: StoredKeyRecord, bytes: [UInt8])? {
    try await scope.first(
      "SELECT \(Self.columns), sealed FROM stored_key WHERE path = $1 AND sealed IS NOT NULL",
      [.text(path.text)]
    ) { row throws(StoreError) in (try StoredKeyRecord(row: row), try row.blob("sealed")) }
  }

  /// Gives a key another content and kind. Nil: there is no key of that path, and nothing was written.
  public func replace(_ draft: StoredKeyDraft) async throws(StoreError) -> StoredKeyRecord? {
    try await scope.first(
      """
      UPDATE stored_key SET kind = $2, size = $3, sealed = $4, modified_by = $5,
        modified_at = \(scope.dialect.now)
      WHERE path = $1 AND sealed IS NOT NULL RETURNING \(Self.columns)
      """,
      [
        .text(draft.path.text), .text(draft.kind.rawValue), .integer(draft.size),
        .blob(draft.sealed), .text(draft.user),
      ], as: StoredKeyRecord.init(row:))
  }
}

extension StoredKeyRecord {
  init(row: Row) throws(StoreError) {
    path = try StoragePath(row: row)
    kind = try row.value("kind")
    size = try row.int("size")
    createdBy = try row.text("created_by")
    modifiedBy = try row.text("modified_by")
    createdAt = try row.instant("created_at")
    modifiedAt = try row.instant("modified_at")
  }
}

extension StoredKeyEntry {
  init(row: Row) throws(StoreError) {
    self =
      try row.text("kind") == StoredKeyStore.folderKind
      ? .folder(StoragePath(row: row)) : .key(StoredKeyRecord(row: row))
  }
}

extension StoragePath {
  init(row: Row) throws(StoreError) {
    let text = try row.text("path")
    do throws(StoragePathProblem) {
      try self.init(text)
    } catch {
      throw .corrupt(table: "stored_key", column: "path", value: text)
    }
  }
}
