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
  /// The name that all of this database's sessions have at the server, whatever the address says: at most
  /// 63 bytes of printable ASCII, of which the server keeps no more. Nil leaves it to the address.
  public var applicationName: String?

  /// The defaults suit a member on a small machine.
  public init(
    connections: Int = 8, acquireTimeout: Duration = .seconds(10),
    connectTimeout: Duration = .seconds(5), reconnectPatience: Duration = .seconds(2),
    applicationName: String? = nil
  ) {
    precondition(connections > 0)
    precondition(applicationName.map(Self.isName) ?? true)
    self.connections = connections
    self.acquireTimeout = acquireTimeout
    self.connectTimeout = connectTimeout
    self.reconnectPatience = reconnectPatience
    self.applicationName = applicationName
  }

  private static func isName(_ text: String) -> Bool {
    text.utf8.count <= 63 && text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
  }
}
