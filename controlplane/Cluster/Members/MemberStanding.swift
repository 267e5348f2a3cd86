public import Model
public import Store

/// What a member's registration says of it, for deciders: no database row, and no clock.
public struct MemberStanding: Sendable, Hashable {
  public var term: Term
  public var name: String
  public var tags: Set<String>
  public var heartbeatAt: Instant
  public var isFenced: Bool
  public var hasLeft: Bool
  public var isDraining: Bool
  /// Whether it is known that it owns neither a schedule nor an unfinished execution.
  public var ownsNothing: Bool
  /// Whether it begins runs.
  public var mode: ExecutionMode
  /// How many executions it carried at its last heartbeat.
  public var running: Int
  /// How many it can carry; 0 when it did not say.
  public var capacity: Int

  public init(
    term: Term, name: String = "", tags: Set<String> = [], heartbeatAt: Instant,
    isFenced: Bool = false, hasLeft: Bool = false,
    isDraining: Bool = false, ownsNothing: Bool = false, mode: ExecutionMode = .active,
    running: Int = 0, capacity: Int = 0
  ) {
    self.term = term
    self.name = name
    self.tags = tags
    self.heartbeatAt = heartbeatAt
    self.isFenced = isFenced
    self.hasLeft = hasLeft
    self.isDraining = isDraining
    self.ownsNothing = ownsNothing
    self.mode = mode
    self.running = running
    self.capacity = capacity
  }

  /// A registration, with what it does not say itself.
  public init(_ record: MemberRecord, mode: ExecutionMode = .active, ownsNothing: Bool = false) {
    self.init(
      term: record.term, name: record.name, tags: Set(record.tags),
      heartbeatAt: record.heartbeatAt, isFenced: record.fencedAt != nil,
      hasLeft: record.leftAt != nil, isDraining: record.isDraining, ownsNothing: ownsNothing,
      mode: mode, running: record.load.running, capacity: record.load.capacity)
  }

  /// How the member stands at `now`, a time of the database.
  ///
  /// What was stored for good goes before what its heartbeat's age says; a member that drains and falls silent is
  /// inactive and then dead like any other.
  public func state(at now: Instant, timing: ClusterTiming) -> MemberState {
    if hasLeft { return .left }
    if isFenced { return .fenced }
    let age = heartbeatAt.duration(to: now)
    if age >= timing.dead { return .dead }
    if age >= timing.inactive { return .inactive }
    return isDraining ? .draining : .active
  }

  /// Whether it may be given schedules and executions at `now`.
  public func isSurvivor(at now: Instant, timing: ClusterTiming) -> Bool {
    mode == .active && state(at: now, timing: timing) == .active
  }

  /// Whether there is nothing to take from it: another member did, or it left and gave everything away.
  public var isOver: Bool { isFenced || hasLeft && ownsNothing }

  /// Its share when things are dealt out: what it has free, or 1 when it is full or did not say.
  public var weight: Int { max(1, capacity - running) }
}
