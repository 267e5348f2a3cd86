public import Model

/// The conductor's clocks and patience.
public struct ConductorTiming: Sendable {
  /// How long a step waits for its agent to connect before it fails.
  public var agentWait: Duration
  /// How long a launch or an abort waits for its commit.
  public var answerWithin: Duration
  /// From SIGTERM to SIGKILL when an execution is aborted.
  public var killGrace: Duration
  /// The first and the longest pause before a commit is tried again.
  public var retryPauses: ClosedRange<Duration>
  /// Measures all of these.
  public var clock: any Clock<Duration>
  /// Time stamps for people; nothing is decided by them.
  public var now: @Sendable () -> Instant

  public init(
    agentWait: Duration = .seconds(60), answerWithin: Duration = .seconds(20),
    killGrace: Duration = .seconds(5),
    retryPauses: ClosedRange<Duration> = .milliseconds(50)...(.seconds(5)),
    clock: any Clock<Duration> = ContinuousClock(),
    now: @escaping @Sendable () -> Instant = { .wallClock() }
  ) {
    self.agentWait = agentWait
    self.answerWithin = answerWithin
    self.killGrace = killGrace
    self.retryPauses = retryPauses
    self.clock = clock
    self.now = now
  }
}
