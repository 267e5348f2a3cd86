public import Model

/// What a conductor knows of the other members. A member that is alone knows nothing of any.
public struct ConductorCluster: Sendable {
  /// Who carries a run, by the cluster's policy; nil when every member carries what it is asked for.
  public var choice: (any RemoteExecutionChoice)?
  /// Wakes a member that was given executions. Nothing depends on it: that member also looks from time
  /// to time.
  public var announceHanded: @Sendable (MemberID) -> Void
  /// An element whenever this member may have been given executions.
  public var handed: @Sendable () -> AsyncStream<Void>
  /// Says that notifications were put into the outbox. Nothing depends on it either.
  public var announceNotifications: @Sendable () -> Void

  public init(
    choice: (any RemoteExecutionChoice)? = nil,
    announceHanded: @escaping @Sendable (MemberID) -> Void = { _ in },
    handed: @escaping @Sendable () -> AsyncStream<Void> = { AsyncStream { $0.finish() } },
    announceNotifications: @escaping @Sendable () -> Void = {}
  ) {
    self.choice = choice
    self.announceHanded = announceHanded
    self.handed = handed
    self.announceNotifications = announceNotifications
  }
}
