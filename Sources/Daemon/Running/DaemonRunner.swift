import Glibc
public import Logging
public import ServiceLifecycle
import ServiceManager
import UnixSignals

/// Runs a daemon's services until SIGTERM or SIGINT, or until one of them fails.
///
/// Services stop gracefully from the last to the first, so put first what the others need. SIGHUP calls the reload, SIGPIPE
/// is ignored. Under systemd the runner says READY, STATUS, RELOADING and STOPPING and feeds the watchdog; elsewhere it says
/// nothing.
///
/// ```swift
/// let logger = DaemonLogging.bootstrap(identifier: "quarterdeck-agent", configuration: configuration)
/// let status = DaemonStatus()
/// let runner = DaemonRunner(
///   status: status, stopTimeLimit: configuration[DaemonKeys.stopTimeLimit],
///   health: { await database.answers() }, reload: { try await certificates.load() }, logger: logger)
/// try await runner.run(services: [database, server])   // server calls status.ready("listening on …")
/// ```
public struct DaemonRunner: Sendable {
  let status: DaemonStatus
  let stopTimeLimit: Duration
  let health: @Sendable () async -> Bool
  let reload: (@Sendable () async throws -> Void)?
  let logger: Logger

  /// Describes a run.
  ///
  /// - Parameters:
  ///   - status: what the services say READY with.
  ///   - stopTimeLimit: after this long, services that have not stopped gracefully are cancelled.
  ///   - health: whether the process can do its work, asked at half the watchdog's interval. It must not be slow,
  ///     and must not answer false for something that a restart does not mend, such as a database that is away.
  ///   - reload: called at SIGHUP, one at a time; nil ignores SIGHUP.
  ///   - logger: for the runner's own lines.
  public init(
    status: DaemonStatus, stopTimeLimit: Duration,
    health: @escaping @Sendable () async -> Bool = { true },
    reload: (@Sendable () async throws -> Void)? = nil, logger: Logger
  ) {
    self.status = status
    self.stopTimeLimit = stopTimeLimit
    self.health = health
    self.reload = reload
    self.logger = logger
  }

  /// Runs the services. Returns after a graceful stop; throws the error of the service that failed, and
  /// ``StopTookTooLong`` when services had to be cancelled.
  public func run(services: [any Service]) async throws {
    // Writing to a connection that the other side closed is an error to handle, not a reason to die. SIGHUP is
    // ignored until the reload service takes it, and for good when there is none.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGHUP, SIG_IGN)
    let manager = SystemdReporter(notifier: ServiceNotifier())
    try await run(
      services: services, reporter: manager, watchdogInterval: manager.watchdogInterval,
      signals: [.sigterm, .sigint])
  }

  /// The same with everything given, for tests.
  func run(
    services: [any Service], reporter: any ServiceReporter, watchdogInterval: Duration?,
    signals: [UnixSignal]
  ) async throws {
    let group = group(
      services: services, reporter: reporter, watchdogInterval: watchdogInterval, signals: signals)
    do {
      try await group.run()
    } catch is CancellationError where !Task.isCancelled {
      throw StopTookTooLong(limit: stopTimeLimit)
    }
  }

  func group(
    services: [any Service], reporter: any ServiceReporter, watchdogInterval: Duration?,
    signals: [UnixSignal]
  ) -> ServiceGroup {
    var all: [any Service] = []
    if let watchdogInterval {
      all.append(
        WatchdogService(
          interval: watchdogInterval, probe: health, reporter: reporter, logger: logger))
    }
    all += services
    if let reload {
      all.append(ReloadService(reload: reload, reporter: reporter, logger: logger))
    }
    all.append(StatusService(status: status, reporter: reporter))
    var configuration = ServiceGroupConfiguration(
      services: all, gracefulShutdownSignals: signals, logger: quietLogger)
    configuration.maximumGracefulShutdownDuration = stopTimeLimit
    configuration.maximumCancellationDuration = Self.cancellationTimeLimit
    return ServiceGroup(configuration: configuration)
  }

  /// How long a cancelled service may take before the process ends itself.
  static let cancellationTimeLimit: Duration = .seconds(10)

  /// The group's own lines matter to a developer only.
  private var quietLogger: Logger {
    var quiet = logger
    quiet.logLevel = max(logger.logLevel, logger.logLevel <= .debug ? .debug : .warning)
    return quiet
  }
}

/// Services did not stop gracefully within the limit and were cancelled.
public struct StopTookTooLong: ExitCoded, CustomStringConvertible {
  /// The limit that was configured.
  public let limit: Duration
  /// Always ``ExitCode/temporary``.
  public var exitCode: ExitCode { .temporary }
  /// One line for people.
  public var description: String { "the stop took longer than \(limit); the rest was cancelled" }
}
