public import Model
public import Store

/// The cluster as its registrations show it at one time of the database. Decides, does nothing.
public struct ClusterView: Sendable, Hashable {
  /// One member.
  public struct Member: Sendable, Hashable {
    public let record: MemberRecord
    public let state: MemberState
    public let mode: ExecutionMode
    /// How old its last heartbeat is.
    public let heartbeatAge: Duration
    /// How many schedules it owns.
    public let schedules: Int
    /// How many unfinished executions it owns.
    public let executions: Int
  }

  /// By UUID.
  public let members: [Member]
  /// How many schedules nobody owns.
  public let unownedSchedules: Int
  public let now: Instant

  /// The view of those registrations at `now`; modes that are not given are active, counts 0.
  public init(
    _ records: [MemberRecord], modes: [MemberID: ExecutionMode] = [:],
    schedules: [MemberID?: Int] = [:], executions: [MemberID?: Int] = [:], at now: Instant,
    timing: ClusterTiming
  ) {
    members = records.sorted { $0.id.text < $1.id.text }.map { record in
      Member(
        record: record, state: MemberStanding(record).state(at: now, timing: timing),
        mode: modes[record.id] ?? .active, heartbeatAge: record.heartbeatAt.duration(to: now),
        schedules: schedules[record.id] ?? 0, executions: executions[record.id] ?? 0)
    }
    unownedSchedules = schedules[nil] ?? 0
    self.now = now
  }

  /// The view as it is stored now.
  public static func read(
    _ store: Store, at now: Instant, timing: ClusterTiming
  ) async throws(StoreError) -> ClusterView {
    let records = try await store.ask.members.all()
    let modes = try await store.ask.executionModes.all()
    return ClusterView(
      records, modes: modes, schedules: try await store.ask.schedules.counts(),
      executions: try await store.ask.executions.counts(), at: now, timing: timing)
  }
}
