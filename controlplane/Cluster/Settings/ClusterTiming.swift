/// How quickly members notice each other's deaths.
///
/// The rule that keeps two members from acting for one thing: a member trusts its own term for `trust` after it
/// *sent* a renewal, and nobody may take from it before its stored heartbeat is `dead` old. `trust` is shorter
/// than `inactive` by `margin`, and `inactive` shorter than `dead`.
public struct ClusterTiming: Sendable, Hashable {
  /// Between two renewals: `rundeck.clusterMode.heartbeat.interval`.
  public var heartbeat: Duration
  /// Between registration (which is a heartbeat) and the first renewal, when that is sooner than `heartbeat`:
  /// `rundeck.clusterMode.heartbeat.delay`.
  public var firstHeartbeat: Duration
  /// How old a heartbeat is when its member has stopped acting:
  /// `rundeck.clusterMode.heartbeat.considerInactive`.
  public var inactive: Duration
  /// How old a heartbeat is when others may take: `rundeck.clusterMode.heartbeat.considerDead`.
  public var dead: Duration
  /// How often a member looks for itself at what notices should have told it:
  /// `rundeck.clusterMode.remoteExec.process.interval`.
  public var poll: Duration

  public init(
    heartbeat: Duration = .seconds(1), firstHeartbeat: Duration? = nil,
    inactive: Duration = .seconds(3), dead: Duration = .seconds(5), poll: Duration = .seconds(2)
  ) {
    self.heartbeat = heartbeat
    self.firstHeartbeat = min(firstHeartbeat ?? heartbeat, heartbeat)
    self.inactive = inactive
    self.dead = dead
    self.poll = poll
  }

  /// What is left out of `inactive`: a tenth of it, at least 100 ms, at most half of it.
  public var margin: Duration { min(max(inactive / 10, .milliseconds(100)), inactive / 2) }

  /// For how long after its sending a renewal is trusted.
  public var trust: Duration { inactive - margin }
}
