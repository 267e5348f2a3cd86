public import Spool

/// Decides when a step's process tree is asked to end and when it is ended by force. Pure: times are
/// microseconds of any steady clock, and what has to be done is returned.
///
/// running → (main process ends) settling → terminating → killing; a kill request or the timeout goes to
/// terminating at once. Whoever acts says when the tree is gone; nothing but that ends a life.
public struct StepLife: Sendable, Hashable {
  /// What to do to the tree.
  public enum Action: Sendable, Hashable {
    case nothing
    /// SIGTERM to every process of the tree that has not had it.
    case terminate
    /// SIGKILL to every process of the tree.
    case kill
    /// The main process ended and left others, which now get SIGTERM: worth a notice.
    case terminateLeftOvers
  }

  /// How long processes that outlive the main process may go on by themselves: a `tee` at the end of a
  /// pipeline has something to write still.
  public static let settleTime: Int64 = 250_000
  /// How often the tree is looked at again while it is being ended.
  public static let roundTime: Int64 = 25_000

  private enum Phase: Hashable {
    case running
    case settling(until: Int64)
    case terminating(killAt: Int64)
    case killing
  }

  private var phase = Phase.running
  private let grace: Int64
  private let timeoutAt: Int64?
  private var nextRound: Int64 = 0

  /// Why the step ended, as far as it is decided.
  public private(set) var reason = EndedPayload.Reason.exited

  /// - Parameters:
  ///   - grace: microseconds from SIGTERM to SIGKILL.
  ///   - timeoutAt: when the step's time is over.
  public init(grace: Int64, timeoutAt: Int64?) {
    self.grace = grace
    self.timeoutAt = timeoutAt
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

  /// The main process ended while others of its tree live.
  public mutating func mainEnded(at now: Int64) {
    if case .running = phase { phase = .settling(until: now + Self.settleTime) }
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

  /// What the time demands.
  public mutating func tick(at now: Int64) -> Action {
    switch phase {
    case .running:
      guard let timeoutAt, now >= timeoutAt else { return .nothing }
      reason = .timedOut
      return terminate(at: now, killAt: now + grace)
    case .settling(let until):
      guard now >= until else { return .nothing }
      _ = terminate(at: now, killAt: now + grace)
      return .terminateLeftOvers
    case .terminating(let killAt):
      if now >= killAt { return kill(at: now) }
      return round(at: now, .terminate)
    case .killing: return round(at: now, .kill)
    }
  }

  private mutating func terminate(at now: Int64, killAt: Int64) -> Action {
    phase = .terminating(killAt: killAt)
    nextRound = now + Self.roundTime
    return .terminate
  }

  private mutating func kill(at now: Int64) -> Action {
    phase = .killing
    nextRound = now + Self.roundTime
    return .kill
  }

  private mutating func round(at now: Int64, _ action: Action) -> Action {
    guard now >= nextRound else { return .nothing }
    nextRound = now + Self.roundTime
    return action
  }
}
