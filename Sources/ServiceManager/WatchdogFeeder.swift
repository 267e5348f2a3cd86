/// Feeds the service manager's watchdog twice an interval, as sd_watchdog_enabled(3) recommends, for
/// as long as the service proves that it is alive.
public struct WatchdogFeeder<C: Clock<Duration>>: Sendable {
  private let notifier: ServiceNotifier
  private let interval: Duration
  private let clock: C
  private let isAlive: @Sendable () async -> Bool

  /// A feeder, or nil when the service manager watches no watchdog.
  ///
  /// `isAlive` is asked before each meal. While it answers false, or does not answer, nothing is
  /// fed, and the service manager restarts the service after the interval.
  public init?(
    _ notifier: ServiceNotifier, clock: C, isAlive: @escaping @Sendable () async -> Bool
  ) {
    guard let interval = notifier.watchdogInterval else { return nil }
    self.notifier = notifier
    self.interval = interval
    self.clock = clock
    self.isAlive = isAlive
  }

  /// Feeds until the task is cancelled, which is its regular end.
  public func run() async {
    while !Task.isCancelled {
      if await isAlive() { notifier.feedWatchdog() }
      do { try await clock.sleep(for: interval / 2) } catch { return }
    }
  }
}

extension WatchdogFeeder where C == ContinuousClock {
  /// A feeder on the system's clock, or nil when the service manager watches no watchdog.
  public init?(
    _ notifier: ServiceNotifier, isAlive: @escaping @Sendable () async -> Bool
  ) {
    self.init(notifier, clock: ContinuousClock(), isAlive: isAlive)
  }
}
