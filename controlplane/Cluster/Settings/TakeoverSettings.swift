public import Model

/// From which dead members what they owned may be taken, and how soon.
public struct TakeoverRule: Sendable, Hashable {
  /// Which members the rule is about.
  public enum Policy: Sendable, Hashable {
    /// `Any`: from every dead member, for every active one.
    case any
    /// `Static`: only from these dead members.
    case only(Set<MemberID>)
    /// `RemoteExecution`: from every dead member, for those that the project's remote-execution policy allows.
    case remoteExecution
  }

  public var isEnabled: Bool
  public var policy: Policy
  /// How long after the death.
  public var delay: Duration
  /// At least this long between two attempts for the same dead member.
  public var pause: Duration

  public init(
    isEnabled: Bool = true, policy: Policy = .any, delay: Duration = .zero,
    pause: Duration = .zero
  ) {
    self.isEnabled = isEnabled
    self.policy = policy
    self.delay = delay
    self.pause = pause
  }

  /// Why nothing may be taken from `member`, as the end of a sentence; nil when it may.
  public func refusal(for member: MemberID) -> String? {
    guard isEnabled else { return "is switched off" }
    guard case .only(let allowed) = policy, !allowed.contains(member) else { return nil }
    return "does not allow it for this member (policy Static)"
  }
}

/// What happens to schedules and executions of a dead member.
///
/// Its term is ended, and what it owned is moved, only if the rule about schedules allows that; the rule about
/// executions then says whether its unfinished executions are carried on by others or end as incomplete.
public struct TakeoverSettings: Sendable, Hashable {
  /// About schedules: `rundeck.clusterMode.autotakeover.*`.
  public var schedules: TakeoverRule
  /// About unfinished executions: `rundeck.clusterMode.recoverExecutions.*`.
  public var executions: TakeoverRule

  public init(
    schedules: TakeoverRule = TakeoverRule(), executions: TakeoverRule = TakeoverRule()
  ) {
    self.schedules = schedules
    self.executions = executions
  }

  /// How long after its death a member is taken from: schedules and executions move in one transaction, so it is the
  /// longer delay of the rules that apply to it.
  public func delay(for member: MemberID) -> Duration {
    max(schedules.delay, executions.refusal(for: member) == nil ? executions.delay : .zero)
  }

  /// The least time between two attempts for `member`.
  public func pause(for member: MemberID) -> Duration {
    max(schedules.pause, executions.refusal(for: member) == nil ? executions.pause : .zero)
  }
}
