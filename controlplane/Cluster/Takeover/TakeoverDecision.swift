public import Model
public import Store

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
    /// Who gets its schedules and executions.
    public let plan: HandoverPlan
  }

  /// A dead member that stays as it is.
  public struct LeftAlone: Sendable, Hashable {
    public let dead: Term
    /// One sentence.
    public let reason: String
  }
}
