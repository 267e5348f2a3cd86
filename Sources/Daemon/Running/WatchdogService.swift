import Logging
import ServiceLifecycle

/// Feeds the service manager's watchdog while the daemon is healthy: at half the interval that the manager allows, and
/// only when the probe answers true within that time. A probe that hangs is never fed past; the manager then acts.
struct WatchdogService: Service {
  /// Half of what the manager allows between two feedings (sd_watchdog_enabled(3)).
  let period: Duration
  let probe: @Sendable () async -> Bool
  let reporter: any ServiceReporter
  let clock: any Clock<Duration>
  let logger: Logger

  init(
    interval: Duration, probe: @escaping @Sendable () async -> Bool, reporter: any ServiceReporter,
    clock: any Clock<Duration> = ContinuousClock(), logger: Logger
  ) {
    self.period = interval / 2
    self.probe = probe
    self.reporter = reporter
    self.clock = clock
    self.logger = logger
  }

  func run() async throws {
    // Stands first in the group and so stops last: feeding goes on until every other service has stopped.
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        await feedIfHealthy()
        // Cancellation, which ends the sleep early, ends the loop too.
        try? await clock.sleep(for: period, tolerance: nil)
      }
    }
  }

  func feedIfHealthy() async {
    if await answersInTime() {
      reporter.feedWatchdog()
    } else if !Task.isCancelled {
      logger.error("the health probe did not answer in time, the watchdog is not fed")
    }
  }

  private func answersInTime() async -> Bool {
    await withTaskGroup { group in
      group.addTask { await probe() }
      group.addTask {
        try? await clock.sleep(for: period, tolerance: nil)
        return false
      }
      let first = await group.next() ?? false
      group.cancelAll()
      return first
    }
  }
}
