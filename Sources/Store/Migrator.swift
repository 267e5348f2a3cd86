public import Database

/// Brings a database's schema up to the newest version that this program knows.
///
/// The applied versions are rows of `schema_version`. All missing migrations run in one transaction
/// under a lock, so a second process that starts at the same time waits and then finds nothing to do,
/// and a failure leaves nothing half done.
public struct Migrator: Sendable {
  private let migrations: [Migration]

  /// A migrator for `migrations`, numbered from 1 without gaps, in their order.
  public init(migrations: [Migration]) {
    precondition(migrations.map(\.version) == Array(1..<(migrations.count + 1)))
    self.migrations = migrations
  }

  /// Applies what is missing and returns the versions it applied.
  ///
  /// Throws `StoreError.newerSchema` when the database has a version that this program does not know,
  /// and `StoreError.database` when a statement fails.
  @discardableResult
  public func migrate(_ database: any Database) async throws -> [Int] {
    do {
      return try await database.transaction { connection in
        if let lock = connection.dialect.lockTransaction(Self.lockKey) {
          try await connection.run(lock)
        }
        return try await applyMissing(to: connection)
      }
    } catch let error as DatabaseError {
      throw StoreError.database(error)
    }
  }

  private func applyMissing(to connection: any Queryable) async throws -> [Int] {
    let current = try await currentVersion(connection)
    guard current <= migrations.count else {
      throw StoreError.newerSchema(found: current, known: migrations.count)
    }
    let missing = migrations.dropFirst(current)
    var statements: [Statement] = []
    for migration in missing {
      statements += migration.statements(connection.dialect).map { Statement($0) }
      statements.append(
        Statement(
          """
          INSERT INTO schema_version (version, applied_at)
          VALUES ($1, \(connection.dialect.now))
          """, [.integer(Int64(migration.version))]))
    }
    _ = try await connection.batch(statements)
    return missing.map(\.version)
  }

  private func currentVersion(_ connection: any Queryable) async throws -> Int {
    let answers = try await connection.batch([
      Statement(
        """
        CREATE TABLE IF NOT EXISTS schema_version
        (version BIGINT PRIMARY KEY, applied_at BIGINT NOT NULL)
        """),
      Statement("SELECT COALESCE(MAX(version), 0) AS version FROM schema_version"),
    ])
    guard let row = answers.last?.rows.first else { return 0 }
    return Int(try row.int("version"))
  }

  /// "quarterd" in ASCII: the advisory lock that all members migrate under.
  private static let lockKey: Int64 = 0x7175_6172_7465_7264
}
