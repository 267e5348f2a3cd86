public import Model

/// What is to be done about dead members now.
public struct TakeoverDecision: Sendable, Hashable {
  /// Terms to end, each with what becomes of what they own.
  public var fencings: [Fencing] = []
  /// Dead members that nothing is taken from, and why.
  public var leftAlone: [LeftAlone] = []
  /// How long from now to decide again at the latest.
  public var wakeAfter: Duration

  /// One term to end.
  public struct Fencing: Sendable, Hashable {
    public let dead: Term
    /// How long its heartbeat had been stored when this was decided.
    public let silence: Duration
    public let schedules: ScheduleShares
    /// The survivors that its unfinished executions are dealt to, over and over; empty: nobody may adopt them,
    /// and they end as incomplete.
    public let executions: [Term]
    /// One sentence for the log of decisions.
    public let reason: String
  }

  /// What becomes of the schedules.
  public enum ScheduleShares: Sendable, Hashable {
    /// They stay with the dead member, which fires them again when it is back.
    case stay
    /// They are dealt, over and over, to the members named for their project, or for nil (every other project).
    /// Nobody fires those of a project whose list is empty.
    case deal([String?: [MemberID]])
  }

  /// A dead member that stays as it is.
  public struct LeftAlone: Sendable, Hashable {
    public let dead: Term
    /// One sentence.
    public let reason: String
  }
}
