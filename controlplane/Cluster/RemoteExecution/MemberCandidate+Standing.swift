public import Model
public import Store

extension MemberCandidate {
  /// A member as its registration shows it at `now`, a time of the database.
  public init(
    _ standing: MemberStanding, cpuPermille: Int = 0, at now: Instant, timing: ClusterTiming
  ) {
    self.init(
      id: standing.term.member, name: standing.name, tags: standing.tags,
      load: MemberLoad(
        running: standing.running, capacity: standing.capacity, cpuPermille: cpuPermille),
      state: standing.state(at: now, timing: timing), mode: standing.mode,
      silence: standing.heartbeatAt.duration(to: now))
  }

  /// The same of a stored registration. `mode` is kept elsewhere.
  public init(
    _ record: MemberRecord, mode: ExecutionMode, at now: Instant, timing: ClusterTiming
  ) {
    self.init(
      MemberStanding(record, mode: mode), cpuPermille: record.load.cpuPermille, at: now,
      timing: timing)
  }
}
