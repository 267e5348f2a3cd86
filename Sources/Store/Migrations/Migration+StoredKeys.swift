import Database

extension Migration {
  /// Version 5: the key storage.
  static let keyStorage = Migration(version: 5) { dialect in storedKeys(dialect) }

  /// Keys and the folders that they are in.
  ///
  /// A folder has a row of its own as long as something is in it, so that a path is either a key or a folder, and that the
  /// content of a folder is found by one index, whatever is below it. `sealed` comes last: whoever lists a folder
  /// does not read it.
  private static func storedKeys(_ dialect: Dialect) -> [String] {
    [
      """
      CREATE TABLE stored_key (
        path TEXT PRIMARY KEY,
        folder TEXT NOT NULL,
        kind TEXT NOT NULL,
        size BIGINT NOT NULL DEFAULT 0,
        created_by TEXT NOT NULL,
        modified_by TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        modified_at BIGINT NOT NULL,
        sealed \(dialect.blobType) NULL)
      """,
      "CREATE INDEX stored_key_folder ON stored_key (folder)",
    ]
  }
}
