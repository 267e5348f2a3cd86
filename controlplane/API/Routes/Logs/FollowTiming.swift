/// How followers of output wait.
public struct FollowTiming: Sendable, Hashable {
  /// How often a follower looks without having been told that something is new: the net below the
  /// signals, and how soon it sees a change that nobody signals.
  public var poll: Duration
  /// How long a stream of events may be silent before a comment is sent.
  public var heartbeat: Duration
  /// How long a client that does not read may hold up a member that stops.
  public var patience: Duration

  public init(
    poll: Duration = .seconds(2), heartbeat: Duration = .seconds(15),
    patience: Duration = .seconds(1)
  ) {
    self.poll = poll
    self.heartbeat = heartbeat
    self.patience = patience
  }
}
