public import Spool

/// Decides when a step's process tree is asked to end and when it is ended by force. Pure: times are
/// microseconds of any steady clock, and what has to be done is returned.
///
/// running → (main process ends) settling → terminating → killing; a kill request, the timeout or a limit goes
/// to terminating or killing at once. Whoever acts says when the tree is gone; nothing but that ends a
/// life, except that children may be left behind.
public struct StepLife: Sendable, Hashable {
  /// What to do to the tree.
  public enum Action: Sendable, Hashable {
    case nothing
    /// SIGTERM to every process of the tree that has not had it.
    case terminate
    /// SIGKILL to every process of the tree.
    case kill
    /// The same, and somebody should hear who is still there.
    case killAndReport
    /// The main process ended and left others, which now get SIGTERM: worth a notice.
    case terminateLeftOvers
    /// The main process ended and left others, which may live on: the supervisor's work is done.
    case leave
  }

  /// How long processes that outlive the main process may go on by themselves: a `tee` at the end of a
  /// pipeline has something to write still.
  public static let settleTime: Int64 = 250_000
  /// How often the tree is looked at again while it is being ended.
  public static let roundTime: Int64 = 25_000
  /// The longest pause between two rounds of SIGKILL, which grow by half each time.
  public static let longestRoundTime: Int64 = 2_000_000
  /// How long after the first SIGKILL it is said who is still there.
  public static let unconfirmedTime: Int64 = 3_000_000

  private enum Phase: Hashable {
    case running
    case settling(until: Int64)
    case terminating(killAt: Int64)
    case killing(since: Int64, pause: Int64)
  }

  private var phase = Phase.running
  private let grace: Int64
  private let timeoutAt: Int64?
  private let leavesChildren: Bool
  private var nextRound: Int64 = 0

  /// Why the step ended, as far as it is decided.
  public private(set) var reason = EndedPayload.Reason.exited
  /// Which limit was exceeded.
  public private(set) var limit = ""

  /// - Parameters:
  ///   - grace: microseconds from SIGTERM to SIGKILL.
  ///   - timeoutAt: when the step's time is over.
  ///   - leavesChildren: whether processes that outlive the main process are left alone.
  public init(grace: Int64, timeoutAt: Int64?, leavesChildren: Bool = false) {
    self.grace = grace
    self.timeoutAt = timeoutAt
    self.leavesChildren = leavesChildren
  }

  /// When `tick` has to be called at the latest, or nil.
  public var nextTick: Int64? {
    switch phase {
    case .running: timeoutAt
    case .settling(let until): until
    case .terminating(let killAt): min(killAt, nextRound)
    case .killing: nextRound
    }
  }

  /// Whether nothing has been done to the tree.
  public var isUndisturbed: Bool {
    switch phase {
    case .running, .settling: true
    case .terminating, .killing: false
    }
  }

  /// Whether the step did not end by itself.
  public var isForced: Bool { reason != .exited }

  /// The main process ended while others of its tree live.
  public mutating func mainEnded(at now: Int64) {
    if case .running = phase { phase = .settling(until: now + Self.settleTime) }
  }

  /// Nobody has the step's streams any more: who is left has nothing to say, and may be left soon. Not at once: who has
  /// just closed them may be about to end.
  public mutating func streamsEnded(at now: Int64) {
    guard case .settling(let until) = phase, leavesChildren else { return }
    phase = .settling(until: min(until, now + Self.roundTime))
  }

  /// Somebody wants the step to end. A later request may shorten the grace, never prolong it.
  public mutating func killRequested(at now: Int64, grace wanted: Int64?) -> Action {
    let killAt = now + max(0, wanted ?? grace)
    switch phase {
    case .running:
      reason = .killed
      return terminate(at: now, killAt: killAt)
    case .settling: return terminate(at: now, killAt: killAt)
    case .terminating(let earlier):
      phase = .terminating(killAt: min(earlier, killAt))
      return .nothing
    case .killing: return .nothing
    }
  }

  /// The step took more than it may.
  public mutating func limitExceeded(_ excess: LimitWatch.Excess, at now: Int64) -> Action {
    guard isUndisturbed else { return .nothing }
    reason = .limitExceeded
    limit = excess.text
    return excess.isUrgent ? kill(at: now) : terminate(at: now, killAt: now + grace)
  }

  /// What the time demands.
  public mutating func tick(at now: Int64) -> Action {
    switch phase {
    case .running:
      guard let timeoutAt, now >= timeoutAt else { return .nothing }
      reason = .timedOut
      return terminate(at: now, killAt: now + grace)
    case .settling(let until):
      guard now >= until else { return .nothing }
      if leavesChildren { return .leave }
      _ = terminate(at: now, killAt: now + grace)
      return .terminateLeftOvers
    case .terminating(let killAt):
      if now >= killAt { return kill(at: now) }
      guard now >= nextRound else { return .nothing }
      nextRound = now + Self.roundTime
      return .terminate
    case .killing(let since, let pause):
      guard now >= nextRound else { return .nothing }
      return killAgain(at: now, since: since, pause: pause)
    }
  }

  private mutating func terminate(at now: Int64, killAt: Int64) -> Action {
    phase = .terminating(killAt: killAt)
    nextRound = now + Self.roundTime
    return .terminate
  }

  private mutating func kill(at now: Int64) -> Action {
    phase = .killing(since: now, pause: Self.roundTime)
    nextRound = now + Self.roundTime
    return .kill
  }

  private mutating func killAgain(at now: Int64, since: Int64, pause: Int64) -> Action {
    let pause = min(pause + pause / 2, Self.longestRoundTime)
    phase = .killing(since: since, pause: pause)
    nextRound = now + pause
    if now - since >= Self.unconfirmedTime { return .killAndReport }
    nextRound = min(nextRound, since + Self.unconfirmedTime)
    return .kill
  }
}
