import Logging
import ServiceLifecycle
import Synchronization
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(10))) struct DaemonRunnerTests {
  private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  private func runner(
    _ status: DaemonStatus, limit: Duration = .seconds(20),
    health: @escaping @Sendable () async -> Bool = { true },
    reload: (@Sendable () async throws -> Void)? = nil
  ) -> DaemonRunner {
    DaemonRunner(
      status: status, stopTimeLimit: limit, health: health, reload: reload, logger: logger)
  }

  @Test func `ready is said when a service says so, and stopping before services stop`()
    async throws
  {
    let reports = ReportLog()
    let status = DaemonStatus()
    let service = ScriptedService(
      started: { status.ready("listening") }, stopping: { reports.note("service stops") })
    let group = runner(status).group(
      services: [service], reporter: reports, watchdogInterval: nil, signals: [])
    async let ended: Void = group.run()
    await reports.first { $0 == "ready listening" }
    await group.triggerGracefulShutdown()
    try await ended
    #expect(reports.all == ["ready listening", "stopping", "service stops"])
  }

  @Test func `a service that fails ends the run with its error`() async {
    let status = DaemonStatus()
    await #expect(throws: Broken.self) {
      try await runner(status).run(
        services: [ScriptedService(started: { throw Broken() }, stopping: {})],
        reporter: ReportLog(), watchdogInterval: nil, signals: [])
    }
  }

  @Test func `a stop that takes too long is cancelled`() async {
    let reports = ReportLog()
    let status = DaemonStatus()
    let outer = ServiceGroup(
      services: [
        RunnerService(
          runner: runner(status, limit: .milliseconds(20)), service: DeafService(status: status),
          reporter: reports)
      ], logger: logger)
    let running = Task { try await outer.run() }
    await reports.first { $0 == "ready" }
    await outer.triggerGracefulShutdown()
    await #expect(throws: StopTookTooLong.self) { try await running.value }
    #expect(ExitCode(for: StopTookTooLong(limit: .seconds(1))) == .temporary)
  }

  @Test func `the watchdog is fed while the probe answers`() async {
    let reports = ReportLog()
    let service = WatchdogService(
      interval: .milliseconds(10), probe: { true }, reporter: reports, logger: logger)
    let running = Task { try await service.run() }
    await reports.first { $0 == "watchdog" }
    await reports.first { $0 == "watchdog" }
    running.cancel()
    _ = await running.result
  }

  @Test func `the watchdog is not fed when the probe is unwell or does not answer`() async {
    let reports = ReportLog()
    let unwell = WatchdogService(
      interval: .seconds(60), probe: { false }, reporter: reports, logger: logger)
    await unwell.feedIfHealthy()
    let silent = WatchdogService(
      interval: .milliseconds(4), probe: { (try? await Task.sleep(for: .seconds(60))) != nil },
      reporter: reports, logger: logger)
    await silent.feedIfHealthy()
    #expect(reports.all.isEmpty)
  }

  @Test func `the watchdog's period is half of what is allowed`() {
    let service = WatchdogService(
      interval: .seconds(30), probe: { true }, reporter: ReportLog(), logger: logger)
    #expect(service.period == .seconds(15))
  }

  @Test func `a reload is framed, and one that fails changes nothing else`() async {
    let reports = ReportLog()
    let good = ReloadService(
      reload: { reports.note("loading") }, reporter: reports, logger: logger)
    await good.reloadOnce()
    let bad = ReloadService(reload: { throw Broken() }, reporter: reports, logger: logger)
    await bad.reloadOnce()
    #expect(reports.all == ["reloading", "loading", "ready", "reloading", "ready"])
  }

  @Test func `an error without a code of its own ends as a software failure`() {
    #expect(ExitCode(for: Broken()).rawValue == 70)
    #expect(ExitCode(for: ConfigurationError(key: "k", reason: "r")).rawValue == 78)
  }
}

private struct Broken: Error {}

/// Does something when started, waits for the stop, does something then.
private struct ScriptedService: Service {
  let started: @Sendable () throws -> Void
  let stopping: @Sendable () -> Void

  func run() async throws {
    try started()
    try await gracefulShutdown()
    stopping()
  }
}

/// Does not hear of a graceful stop.
private struct DeafService: Service {
  let status: DaemonStatus

  func run() async throws {
    status.ready()
    try await Task.sleep(for: .seconds(3600))
  }
}

private struct RunnerService: Service {
  let runner: DaemonRunner
  let service: any Service
  let reporter: ReportLog

  func run() async throws {
    try await runner.run(
      services: [service], reporter: reporter, watchdogInterval: nil, signals: [])
  }
}

/// Keeps what is reported, and wakes who waits for it.
private final class ReportLog: ServiceReporter {
  private let stored = Mutex<[String]>([])
  private let stream: AsyncStream<String>
  private let continuation: AsyncStream<String>.Continuation

  init() {
    (stream, continuation) = AsyncStream.makeStream()
  }

  var all: [String] { stored.withLock { $0 } }

  func note(_ text: String) {
    stored.withLock { $0.append(text) }
    continuation.yield(text)
  }

  /// Waits for the next report that fits.
  func first(where fits: (String) -> Bool) async {
    for await report in stream where fits(report) { return }
  }

  func ready(status: String?) { note(status.map { "ready \($0)" } ?? "ready") }
  func status(_ text: String) { note("status \(text)") }
  func reloading() { note("reloading") }
  func stopping() { note("stopping") }
  func feedWatchdog() { note("watchdog") }
}
