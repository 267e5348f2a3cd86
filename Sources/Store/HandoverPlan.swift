public import Model

/// Who gets what a member owns.
public struct HandoverPlan: Sendable, Hashable {
  /// The members over which the schedules of a project are dealt; under nil those for all other projects. A
  /// project for which there is no member keeps its schedules without an owner.
  public var schedules: [String?: [MemberID]]
  /// The present terms over which the unfinished executions are dealt. When it is empty, they go to the
  /// term that acts, with `endReason`: it must end them as `incomplete`.
  public var executions: [Term]
  /// Why executions cannot be carried on, when there is nobody in `executions`: for people.
  public var endReason: String

  public init(
    schedules: [String?: [MemberID]], executions: [Term],
    endReason: String = "The member that carried the execution died, and no other may carry it on"
  ) {
    self.schedules = schedules
    self.executions = executions
    self.endReason = endReason
  }

  /// Deals everything evenly over the same members.
  public init(evenlyOver terms: [Term]) {
    self.init(schedules: [nil: terms.map(\.member)], executions: terms)
  }

  /// All members that anything goes to.
  var heirs: Set<MemberID> {
    Set(schedules.values.joined()).union(executions.map(\.member))
  }

  /// The same without members that are not in `present`, and executions only for exactly these terms.
  func limited(to present: [MemberID: Term]) -> HandoverPlan {
    var plan = self
    plan.schedules = schedules.mapValues { $0.filter { present[$0] != nil } }
    plan.executions = executions.filter { present[$0.member] == $0 }
    return plan
  }

  /// Which goods have lost all their heirs meanwhile: not those that the plan gave to nobody.
  func loss(in present: [MemberID: Term]) -> (schedules: Bool, executions: Bool, isAny: Bool) {
    let limited = limited(to: present)
    let schedules = schedules.contains { project, heirs in
      !heirs.isEmpty && limited.schedules[project]?.isEmpty ?? true
    }
    let executions = !executions.isEmpty && limited.executions.isEmpty
    return (schedules, executions, schedules || executions)
  }
}

/// What became of what a member owned.
public struct HandoverResult: Sendable, Hashable {
  /// When, by the database's clock.
  public let at: Instant
  /// How many schedules each member got; under nil those that nobody owns now.
  public let schedules: [MemberID?: Int]
  /// Who owns the executions now, oldest first.
  public let executions: [HandedExecution]

  public init(
    at: Instant, schedules: [MemberID?: Int], executions: [HandedExecution]
  ) {
    self.at = at
    self.schedules = schedules
    self.executions = executions
  }
}

/// What `Store.fence` answers.
public typealias FenceResult = HandoverResult

/// An unfinished execution that got a new owner.
public struct HandedExecution: Sendable, Hashable {
  /// The new one: its term, and an epoch that is higher than the former one's.
  public let owner: Ownership
  public let job: JobID?
  public let project: String
  /// Whether the new owner must end it as `incomplete`, with the plan's reason, instead of carrying it on.
  public let mustEnd: Bool

  public init(
    owner: Ownership, job: JobID?, project: String, mustEnd: Bool
  ) {
    self.owner = owner
    self.job = job
    self.project = project
    self.mustEnd = mustEnd
  }
}
