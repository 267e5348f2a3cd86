public import Model

/// The conductor's clocks and patience.
public struct ConductorTiming: Sendable {
  /// How long a step waits for its agent to connect before it fails.
  public var agentWait: Duration
  /// From which silence on an agent counts as not connected; longer than the members take to note
  /// that it is.
  public var agentAway: Duration
  /// How long a step that its agent may have begun waits for that agent to come back before it fails
  /// as lost. Running steps go on without us, so this is long.
  public var agentLost: Duration
  /// How much of `agentLost` this member must have seen itself, so that agents can come back first
  /// after the control plane was away.
  public var agentReturn: Duration
  /// How often agents with work are looked after.
  public var agentCheck: Duration
  /// How long a launch or an abort waits for its commit.
  public var answerWithin: Duration
  /// From SIGTERM to SIGKILL when an execution is aborted.
  public var killGrace: Duration
  /// The pauses before something that the database refused is tried again.
  public var retries: RetryPauses
  /// How often a member looks for executions that it was given; nil: only when it is told.
  public var handedCheck: Duration?
  /// How long a member that was chosen to carry an execution has to claim it, before another is chosen.
  public var claimWithin: Duration
  /// Measures all of these but `retries`.
  public var clock: any Clock<Duration>
  /// Time stamps for people; nothing is decided by them.
  public var now: @Sendable () -> Instant

  public init(
    agentWait: Duration = .seconds(60), agentAway: Duration = .seconds(45),
    agentLost: Duration = .seconds(86_400), agentReturn: Duration = .seconds(300),
    agentCheck: Duration = .seconds(15), answerWithin: Duration = .seconds(20),
    killGrace: Duration = .seconds(5),
    retries: RetryPauses = RetryPauses(),
    handedCheck: Duration? = .seconds(2), claimWithin: Duration = .seconds(3),
    clock: any Clock<Duration> = ContinuousClock(),
    now: @escaping @Sendable () -> Instant = { .wallClock() }
  ) {
    self.agentWait = agentWait
    self.agentAway = agentAway
    self.agentLost = agentLost
    self.agentReturn = min(agentReturn, agentLost)
    self.agentCheck = agentCheck
    self.answerWithin = answerWithin
    self.killGrace = killGrace
    self.retries = retries
    self.handedCheck = handedCheck
    self.claimWithin = claimWithin
    self.clock = clock
    self.now = now
  }
}
