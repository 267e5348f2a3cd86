import Database
import Glibc
import Postgres
import Synchronization

/// A PostgreSQL server of the tests' own: a cluster in a temporary directory, on a free loopback port and
/// a unix socket, without fsync. It is stopped and removed when the test process ends, however it ends.
public actor ScratchPostgres {
  /// The port on 127.0.0.1.
  public nonisolated let port: UInt16
  private let isDurable: Bool
  private nonisolated let folder: String
  private let programs: String
  private let guardian: ScratchGuardian
  private var server: SpawnedProcess?
  private var created = 0
  private var administration: PostgresDatabase?

  /// The one that all suites of a test process share, started when it is first asked for.
  public static func shared() async throws -> ScratchPostgres { try await sharedStart.value }

  private static let sharedStart = Task { try await ScratchPostgres() }

  /// A server for one test alone, which may restart it and must `remove()` it.
  ///
  /// It does without durability, for speed, unless it `isDurable`.
  public init(isDurable: Bool = false) async throws {
    self.isDurable = isDurable
    programs = try ScratchUser.findPrograms()
    folder = try makeTemporaryFolder("quarterdeck-pg")
    port = try freePort()
    guardian = try ScratchGuardian(folder: folder)
    try ScratchUser.prepare(folder)
    let setup = try spawn(
      "initdb", "-D", "\(folder)/data", "-U", "quarterdeck", "-A", "trust", "--no-sync",
      "--no-instructions", "-E", "UTF8", "--locale=C.UTF-8")
    guard await setup.wait() == .exited(0) else {
      throw ScratchPostgresError(message: "initdb failed: \(setup.output)")
    }
    try await start()
  }

  /// The address of a database in it, for libpq.
  public nonisolated func url(database: String = "postgres") -> String {
    "postgresql://quarterdeck@127.0.0.1:\(port)/\(database)"
  }

  /// Makes an empty database and answers its name.
  public func createDatabase() async throws -> String {
    created += 1
    let name = "test_\(created)"
    try await administrator().run(Statement("CREATE DATABASE \(name) STRATEGY wal_log"))
    return name
  }

  /// Drops a database, whoever is still connected.
  public func dropDatabase(_ name: String) async throws {
    try await administrator().run(Statement("DROP DATABASE IF EXISTS \(name) WITH (FORCE)"))
  }

  /// How many rows of the tables of its first database were inserted, updated or deleted so far. Sessions tell that about
  /// once a second.
  public func rowsWritten() async throws -> Int64 {
    let sql = """
      SELECT CAST(COALESCE(SUM(n_tup_ins + n_tup_upd + n_tup_del), 0) AS BIGINT) AS written
      FROM pg_stat_user_tables
      """
    let rows = try await administrator().run(Statement(sql)).rows
    guard case .integer(let count)? = rows.first?.values.first else { return 0 }
    return count
  }

  /// Starts the server and waits until it answers.
  public func start() async throws {
    guard server == nil else { return }
    server = try spawn(
      "postgres", "-D", "\(folder)/data", "-p", "\(port)", "-c", "listen_addresses=127.0.0.1",
      "-c", "unix_socket_directories=\(folder)/data", "-c", "fsync=\(isDurable)",
      "-c", "full_page_writes=\(isDurable)", "-c", "max_connections=300",
      "-c", "shared_buffers=\(isDurable ? "128MB" : "64MB")")
    let probe = PostgresDatabase(
      try PostgresAddress(url()),
      configuration: PostgresConfiguration(connections: 1, reconnectPatience: .seconds(30)))
    _ = try await probe.run(Statement("SELECT 1 AS one"))
    await probe.close()
  }

  /// Stops the server: `immediate` ends all connections like a crash, otherwise they are ended orderly.
  public func stop(immediate: Bool = false) async {
    guard let server else { return }
    self.server = nil
    server.send(immediate ? SIGQUIT : SIGINT)
    await server.wait()
  }

  /// Stops and starts it on the same port.
  public func restart(immediate: Bool = false) async throws {
    await stop(immediate: immediate)
    try await start()
  }

  /// Stops it and removes all its files.
  public func remove() async {
    await administration?.close()
    administration = nil
    await stop(immediate: true)
    removeFolder(folder)
    await guardian.dismiss()
  }

  private func administrator() throws -> PostgresDatabase {
    if let administration { return administration }
    // Many tests begin at once, and each database that is made or dropped is waited for.
    let database = PostgresDatabase(
      try PostgresAddress(url()),
      configuration: PostgresConfiguration(connections: 1, acquireTimeout: .seconds(120)))
    administration = database
    return database
  }

  private func spawn(_ program: String, _ arguments: String...) throws -> SpawnedProcess {
    let words = ScratchUser.command(["\(programs)/\(program)"] + arguments)
    return try SpawnedProcess(
      words[0], Array(words.dropFirst()),
      environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"], outputPath: "\(folder)/log")
  }
}

/// Why there is no server to test with.
public struct ScratchPostgresError: Error, Sendable, CustomStringConvertible {
  /// What went wrong.
  public let message: String
  public var description: String { message }
}
