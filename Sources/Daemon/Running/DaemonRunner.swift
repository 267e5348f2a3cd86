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

  /// Runs the services. Returns after a graceful stop; throws the error of the service that failed.
  public func run(services: [any Service]) async throws {
    // Writing to a connection that the other side closed is an error to handle, not a reason to die.
    signal(SIGPIPE, SIG_IGN)
    if reload == nil { signal(SIGHUP, SIG_IGN) }
  }
}
