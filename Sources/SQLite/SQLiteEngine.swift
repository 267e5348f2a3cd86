import Cryptography
import Database
import FoundationEssentials
import GRDB
import Glibc
import Synchronization

/// GRDB's pool: one writer and some readers over one file in WAL mode, each on its own queue. No call
/// blocks a thread of the shared pool.
final class SQLiteEngine: Sendable {
  private let pool: DatabasePool
  private let texts = SQLTextCache(limit: 1024)
  private let isClosed = Atomic(false)

  init(path: String, _ configuration: SQLiteConfiguration) throws(Failure) {
    do {
      pool = try DatabasePool(path: path, configuration: Self.configuration(configuration))
      try pool.writeWithoutTransaction { database in
        try database.execute(sql: "PRAGMA synchronous = \(configuration.durability.rawValue)")
        // In pages of 4 KiB. A checkpoint syncs twice; at the default of 4 MiB a step that prints much would wait for
        // one after every report.
        try database.execute(sql: "PRAGMA wal_autocheckpoint = 8192")
      }
    } catch {
      throw Failure(error, sql: nil)
    }
  }

  func text(_ question: Question) -> SQLText { texts.text(question.sql) }

  /// Runs `body` on the writer's queue.
  func write<Result: Sendable>(
    _ body: @escaping @Sendable (GRDB.Database) throws(Failure) -> Result
  ) async throws(Failure) -> Result {
    try check()
    return try await writeToEnd(body)
  }

  /// Runs `body` on the writer's queue, for a cancelled task too: a transaction must end.
  func writeToEnd<Result: Sendable>(
    _ body: @escaping @Sendable (GRDB.Database) throws(Failure) -> Result
  ) async throws(Failure) -> Result {
    try await withCheckedContinuation { continuation in
      pool.asyncWriteWithoutTransaction { database in
        continuation.resume(returning: Outcome { () throws(Failure) in try body(database) })
      }
    }.get()
  }

  /// Runs `body` on a reader, which sees what is committed.
  func read<Result: Sendable>(
    _ body: @escaping @Sendable (GRDB.Database) throws(Failure) -> Result
  ) async throws(Failure) -> Result {
    try check()
    return try await withCheckedContinuation { continuation in
      pool.asyncUnsafeRead { database in
        continuation.resume(
          returning: Outcome { () throws(Failure) in
            switch database {
            case .success(let database): try body(database)
            case .failure(let error): throw Failure(error, sql: nil)
            }
          })
      }
    }.get()
  }

  /// Closes the file after what is queued.
  func close() async {
    guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
    await withCheckedContinuation { continuation in
      pool.asyncWriteWithoutTransaction { _ in continuation.resume() }
    }
    // A reader that is still busy closes when it is done.
    try? pool.close()
  }

  private func check() throws(Failure) {
    if isClosed.load(ordering: .acquiring) {
      throw Failure(code: .closed, message: "the database was closed")
    }
    if Task.isCancelled { throw Failure(code: .cancelled, message: "the task was cancelled") }
  }

  private static func configuration(_ ours: SQLiteConfiguration) -> Configuration {
    var configuration = Configuration()
    let (seconds, attoseconds) = ours.busyTimeout.components
    configuration.busyMode = .timeout(Double(seconds) + Double(attoseconds) / 1e18)
    configuration.foreignKeysEnabled = true
    configuration.allowsUnsafeTransactions = true
    configuration.maximumReaderCount = ours.readers
    configuration.prepareDatabase { database in
      database.add(function: clock)
      database.add(function: chain)
      try database.execute(sql: "PRAGMA cache_size = -\(ours.cacheKibibytes)")
    }
    return configuration
  }

  /// The dialect's clock: SQLite's own counts milliseconds.
  private static let clock = DatabaseFunction("clock_microseconds", argumentCount: 0) { _ in
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000
  }

  /// The dialect's chain: SHA-256 of bytes, a number and bytes. NULL when one of them is.
  private static let chain = DatabaseFunction("chain_digest", argumentCount: 3, pure: true) {
    values in
    guard let previous = Data.fromDatabaseValue(values[0]),
      let number = Int64.fromDatabaseValue(values[1]),
      let digest = Data.fromDatabaseValue(values[2])
    else { return nil }
    var chain = Digest(.sha256)
    chain.update(previous)
    chain.update((0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - $0 * 8)) })
    chain.update(digest)
    return Data(chain.finish())
  }
}

/// A typed result that can travel through a continuation.
private typealias Outcome<Value> = Result<Value, Failure>

extension Result where Failure == DatabaseFailure {
  fileprivate init(_ body: () throws(DatabaseFailure) -> Success) {
    do throws(DatabaseFailure) {
      self = .success(try body())
    } catch {
      self = .failure(error)
    }
  }
}
