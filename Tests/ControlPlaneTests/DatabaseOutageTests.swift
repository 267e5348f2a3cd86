import Cluster
import Database
import Logging
import Store
import Synchronization
import TestSupport
import Testing

@testable import ControlPlane

@Suite struct DatabaseOutageTests {
  /// A time that a test sets.
  private final class Time: Sendable {
    private let now = Mutex(Duration.zero)
    func pass(_ seconds: Int) { now.withLock { $0 += .seconds(seconds) } }
    var clock: MonotonicTime {
      MonotonicTime(read: { self.now.withLock { $0 } }, wait: { _ in })
    }
  }

  /// Answers nothing while it is away.
  private final class Played: Database {
    let dialect = Dialect.sqlite
    let isAway = Mutex(false)

    func run(_ statement: Statement) async throws(DatabaseError) -> StatementResult {
      if isAway.withLock({ $0 }) {
        throw DatabaseError(code: .unavailable, message: "connection refused")
      }
      if statement.sql == "bad" { throw DatabaseError(code: .programming, message: "bad") }
      return StatementResult(rows: [], changes: 0)
    }
    func batch(_ statements: [Statement]) async throws(DatabaseError) -> [StatementResult] { [] }
    func notify(channel: String, payload: String) async throws(DatabaseError) {}
    func transaction<Result: Sendable>(
      _ body: @Sendable (any Queryable) async throws -> Result
    ) async throws -> Result { try await body(self) }
    func notifications(on channels: [String]) -> AsyncStream<DatabaseNotification> {
      AsyncStream { $0.finish() }
    }
    func close() async {}
  }

  private let recorder = LogRecorder(omitting: ["error"])
  private let time = Time()
  private let played = Played()

  /// What ten services do: ask, and note what they could not do.
  private func work(_ rounds: Int = 1) async {
    let outage = outage
    let (store, logger) = (Store(AttendedDatabase(played, outage)), outage.quiet(recorder.logger))
    for _ in 0..<rounds {
      for service in 1...10 {
        do throws(StoreError) {
          try await store.ask.run("good")
        } catch {
          logger.warning("Service \(service) could not work", metadata: ["error": "\(error)"])
        }
      }
      time.pass(1)
    }
  }

  private let outage: DatabaseOutage

  init() { outage = DatabaseOutage(time: time.clock, logger: recorder.logger) }

  @Test func `an outage is said at its beginning and at its end, however many services notice it`()
    async
  {
    await work()
    played.isAway.withLock { $0 = true }
    await work(120)
    #expect(recorder.lines == ["The database is away"])
    played.isAway.withLock { $0 = false }
    await work(2)
    #expect(
      recorder.lines == ["The database is away", "The database is back seconds=120 withheld=1200"])
  }

  @Test func `a link that flaps is said once, and again when it stays away`() async {
    for _ in 0..<10 {
      played.isAway.withLock { $0 = true }
      await work()
      played.isAway.withLock { $0 = false }
      await work()
    }
    #expect(recorder.lines.count == 2)
    played.isAway.withLock { $0 = true }
    await work(6)
    #expect(recorder.lines.count == 3 && recorder.lines.last == "The database is away")
  }

  @Test func `other failures are logged by whoever has them`() async throws {
    let store = Store(AttendedDatabase(played, outage))
    let logger = outage.quiet(recorder.logger)
    let error = try #require(
      await #expect(throws: StoreError.self) { try await store.ask.run("bad") })
    logger.warning("It could not be", metadata: ["error": "\(error)"])
    logger.notice("Something else")
    #expect(recorder.lines == ["It could not be", "Something else"])
    // Without an outage nobody is kept from saying that there is one.
    let away = StoreError.database(DatabaseError(code: .unavailable, message: "gone"))
    logger.warning("It is away", metadata: ["error": "\(away)"])
    #expect(recorder.lines.last == "It is away")
  }

  @Test func `a transaction that fails is an outage, one that is refused is none`() async throws {
    let database = AttendedDatabase(played, outage)
    played.isAway.withLock { $0 = true }
    await #expect(throws: DatabaseError.self) {
      try await database.transaction { _ = try await $0.run(Statement("good")) }
    }
    #expect(recorder.lines == ["The database is away"])
    played.isAway.withLock { $0 = false }
    try await database.transaction { _ = try await $0.run(Statement("good")) }
    #expect(recorder.lines.count == 2)
  }
}
