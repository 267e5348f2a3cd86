import Cluster
import Database
import Logging
import Synchronization

/// Says of an outage of the database that it has begun and that it is over, and keeps everybody else from saying so.
///
/// Dozens of services ask the database, and each of them notes what it could not do: during an outage all of them say
/// the same, again and again.
final class DatabaseOutage: Sendable {
  private let report = Mutex(OutageReport())
  private let isAway = Atomic<Bool>(false)
  private let time: MonotonicTime
  private let logger: Logger

  init(time: MonotonicTime = .continuous(), logger: Logger) {
    self.time = time
    self.logger = logger
  }

  /// A logger that says what `logger` says, but for lines whose error is that the database is away.
  func quiet(_ logger: Logger) -> Logger {
    var quiet = logger
    quiet.handler = OutageLogHandler(base: logger.handler, outage: self)
    return quiet
  }

  /// A statement failed.
  func failed(_ error: DatabaseError) {
    guard error.code == .unavailable else { return }
    isAway.store(true, ordering: .relaxed)
    if report.withLock({ $0.failed(at: time.now) }) {
      logger.warning("The database is away", metadata: ["error": "\(error.message)"])
    }
  }

  /// A statement was answered.
  func answered() {
    guard isAway.load(ordering: .relaxed) else { return }
    let end = report.withLock { report in
      isAway.store(false, ordering: .relaxed)
      return report.answered(at: time.now)
    }
    guard let end else { return }
    logger.notice(
      "The database is back",
      metadata: ["seconds": "\(end.lasted.components.seconds)", "withheld": "\(end.withheld)"])
  }

  /// Whether a line with this error is not to be logged.
  func withholds(_ error: Logger.MetadataValue?) -> Bool {
    guard let error, "\(error)".hasPrefix("database: \(DatabaseError.Code.unavailable)") else {
      return false
    }
    return report.withLock { $0.withholds(at: time.now) }
  }
}

/// Passes everything on but what an outage withholds.
struct OutageLogHandler: LogHandler {
  private var base: any LogHandler
  private let outage: DatabaseOutage

  init(base: any LogHandler, outage: DatabaseOutage) {
    self.base = base
    self.outage = outage
  }

  var metadata: Logger.Metadata {
    get { base.metadata }
    set { base.metadata = newValue }
  }

  var metadataProvider: Logger.MetadataProvider? {
    get { base.metadataProvider }
    set { base.metadataProvider = newValue }
  }

  var logLevel: Logger.Level {
    get { base.logLevel }
    set { base.logLevel = newValue }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { base[metadataKey: key] }
    set { base[metadataKey: key] = newValue }
  }

  func log(event: LogEvent) {
    if outage.withholds(event.metadata?["error"]) { return }
    base.log(event: event)
  }
}
