public import Model

/// How the scheduler treats late instants, and its beats.
public struct SchedulerSettings: Sendable, Hashable {
  /// What becomes of instants that nobody fired in time, for jobs without a policy of their own.
  public var catchUp: CatchUpPolicy
  /// How many late instants one member launches a second; those that fall due now do not count.
  public var catchUpRate: Int
  /// Whether a missed instant counts as a failure of its job (its failure notification). The ledger has
  /// the instant's row in any case.
  public var marksMisses: Bool
  /// How late an instant may be and still count as on time: it then runs whatever the catch-up policy.
  public var patience: Duration
  /// The longest pause before instants without a certain outcome are looked at again.
  public var doubtPause: Duration
  /// How often the store is asked for changed schedules when no notice came.
  public var poll: Duration
  /// How often it is written how far jobs are settled.
  public var advance: Duration

  public init(
    catchUp: CatchUpPolicy = CatchUpPolicy(), catchUpRate: Int = 200, marksMisses: Bool = true,
    patience: Duration = .seconds(2), doubtPause: Duration = .seconds(5),
    poll: Duration = .seconds(10), advance: Duration = .seconds(30)
  ) {
    self.catchUp = catchUp
    self.catchUpRate = catchUpRate
    self.marksMisses = marksMisses
    self.patience = patience
    self.doubtPause = doubtPause
    self.poll = poll
    self.advance = advance
  }
}

/// A value that a key of the scheduler does not allow.
public struct SchedulerSettingProblem: Error, Sendable, Hashable, CustomStringConvertible {
  public let key: String
  public let value: String
  /// What would be allowed.
  public let allowed: String

  public var description: String {
    "\(key) = \"\(value)\": is not allowed; allowed: \(allowed)"
  }
}
