import Daemon
import Logging
import Model
import Store

/// Brings the database to the program's schema before anything else is done with it.
struct StoreOpening: Sendable {
  let store: Store
  let status: DaemonStatus
  let logger: Logger
  var clock: any Clock<Duration> = ContinuousClock()
  /// The first and the longest pause before the database is asked again.
  var pauses: ClosedRange<Duration> = .milliseconds(100)...(.seconds(5))

  /// Migrates, and returns the database's time. While the database is away it is asked again, for as long as
  /// it takes; any other failure is thrown.
  func open() async throws -> Instant {
    var pause = pauses.lowerBound
    while true {
      do {
        try await store.migrate()
        return try await store.now()
      } catch let error as StoreError where error.isRetryable {
        logger.warning("The database is away", metadata: ["error": "\(error)"])
        status.update("waiting for the database")
        try await clock.sleep(for: pause)
        pause = min(pause * 2, pauses.upperBound)
      }
    }
  }
}
