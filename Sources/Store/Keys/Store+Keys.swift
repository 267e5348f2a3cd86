import Database
public import Model

// What changes the tree of keys: one writer at a time, so that a folder is neither kept without content nor missing
// around a key.

extension Store {
  /// Stores a new key, with the folders that it is in.
  public func create(_ draft: StoredKeyDraft) async throws -> StoredKeyCreation {
    try await transaction { scope in
      try await scope.keys.lockTree()
      return try await scope.keys.create(draft)
    }
  }

  /// Removes a key, and the folders that have nothing in them then. False: there is no key of that path.
  public func removeKey(at path: StoragePath) async throws -> Bool {
    try await transaction { scope in
      try await scope.keys.lockTree()
      return try await scope.keys.remove(path)
    }
  }
}

extension StoredKeyStore {
  /// What PostgreSQL's writers of keys lock.
  private static let lock: Int64 = 0x6B65_7973

  fileprivate func lockTree() async throws(StoreError) {
    guard let statement = scope.dialect.lockTransaction(Self.lock) else { return }
    try await scope.batch([statement])
  }

  fileprivate func create(_ draft: StoredKeyDraft) async throws(StoreError) -> StoredKeyCreation {
    let path = draft.path
    let places = ValueList.lists(of: ([path] + path.folders).map { .text($0.text) })
    var folders: Set<StoragePath> = []
    for list in places {
      let found = try await scope.all(
        "SELECT \(Self.columns) FROM stored_key WHERE path IN (\(list.marks))", list.arguments,
        as: StoredKeyEntry.init(row:))
      for entry in found {
        switch entry {
        case .key(let key): return key.path == path ? .exists : .isBelow(key: key.path)
        case .folder(path): return .isFolder
        case .folder(let folder): folders.insert(folder)
        }
      }
    }
    let now = try await scope.first("SELECT \(scope.dialect.now) AS now") {
      row throws(StoreError) in try row.instant("now")
    }
    guard let now else { throw .notFound(kind: "clock", key: scope.dialect.name) }
    let missing = path.folders.filter { !folders.contains($0) }
    if !missing.isEmpty { try await scope.batch(missing.map { Self.folder($0, draft.user, now) }) }
    return .created(try await insert(draft, now))
  }

  private static func folder(_ path: StoragePath, _ user: String, _ now: Instant) -> Statement {
    Statement(
      """
      INSERT INTO stored_key (path, folder, kind, created_by, modified_by, created_at, modified_at)
      VALUES ($1, $2, '\(folderKind)', $3, $3, $4, $4)
      """, [.text(path.text), .text(path.folder.text), .text(user), .instant(now)])
  }

  private func insert(
    _ draft: StoredKeyDraft, _ now: Instant
  ) async throws(StoreError) -> StoredKeyRecord {
    try await scope.run(
      """
      INSERT INTO stored_key (path, folder, kind, size, created_by, modified_by, created_at,
        modified_at, sealed)
      VALUES ($1, $2, $3, $4, $5, $5, $6, $6, $7)
      """,
      [
        .text(draft.path.text), .text(draft.path.folder.text), .text(draft.kind.rawValue),
        .integer(draft.size), .text(draft.user), .instant(now), .blob(draft.sealed),
      ])
    return StoredKeyRecord(
      path: draft.path, kind: draft.kind, size: draft.size, createdBy: draft.user,
      modifiedBy: draft.user, createdAt: now, modifiedAt: now)
  }

  fileprivate func remove(_ path: StoragePath) async throws(StoreError) -> Bool {
    let removed = try await scope.run(
      "DELETE FROM stored_key WHERE path = $1 AND sealed IS NOT NULL", [.text(path.text)])
    guard removed.changes == 1 else { return false }
    let folders = path.folders.map { folder in
      Statement(
        """
        DELETE FROM stored_key WHERE path = $1 AND sealed IS NULL
          AND NOT EXISTS (SELECT 1 FROM stored_key AS c WHERE c.folder = $1)
        """, [.text(folder.text)])
    }
    if !folders.isEmpty { try await scope.batch(folders) }
    return true
  }
}
