/// How many connections a `PostgresDatabase` keeps, and how long it waits.
public struct PostgresConfiguration: Sendable, Hashable {
  /// The most connections open at once, the listener's not counted.
  public var connections: Int
  /// How long a statement waits for a free connection before it fails with `timeout`.
  public var acquireTimeout: Duration
  /// How long one attempt to connect may take, over all hosts of the address.
  public var connectTimeout: Duration
  /// How long a statement that needs a new connection tries again while the server cannot be reached
  /// (it restarts) before it fails with `unavailable`.
  public var reconnectPatience: Duration

  /// The defaults suit a member on a small machine.
  public init(
    connections: Int = 8, acquireTimeout: Duration = .seconds(10),
    connectTimeout: Duration = .seconds(5), reconnectPatience: Duration = .seconds(2)
  ) {
    precondition(connections > 0)
    self.connections = connections
    self.acquireTimeout = acquireTimeout
    self.connectTimeout = connectTimeout
    self.reconnectPatience = reconnectPatience
  }
}
