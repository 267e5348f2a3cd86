public import Model

extension MemberCandidate {
  /// A member as its registration shows it at `now`, a time of the database.
  public init(
    _ standing: MemberStanding, name: String = "", tags: Set<String>, cpuPermille: Int64 = 0,
    at now: Instant, timing: ClusterTiming
  ) {
    self.init(
      id: standing.term.member, name: name, tags: tags, running: Int64(standing.running),
      capacity: Int64(standing.capacity), cpuPermille: cpuPermille,
      state: standing.state(at: now, timing: timing), mode: standing.mode,
      silence: standing.heartbeatAt.duration(to: now))
  }
}
