import Database

/// The pool's decisions, without a socket: who gets which connection. `Connection` is a reference in
/// the program and anything at all in tests.
struct PoolState<Connection: Sendable> {
  /// What someone who wants a connection gets.
  enum Grant {
    case use(Connection)
    /// A place in the pool: make a connection yourself, and give the place back if you cannot.
    case connect
    case wait
    case closed
  }

  typealias Waiter = @Sendable (Result<Connection?, DatabaseError>) -> Void

  private let limit: Int
  private(set) var idle: [Connection] = []
  /// Connections in use, idle or being made.
  private(set) var places = 0
  private var waiters: [(id: UInt64, deadline: ContinuousClock.Instant, resume: Waiter)] = []
  private(set) var isClosed = false

  init(limit: Int) { self.limit = limit }

  var waiting: Int { waiters.count }

  /// The next free connection: the one used last, for its warm caches.
  mutating func acquire() -> Grant {
    if isClosed { return .closed }
    if let connection = idle.popLast() { return .use(connection) }
    guard places < limit else { return .wait }
    places += 1
    return .connect
  }

  /// Queues someone who was told to wait.
  mutating func enqueue(
    _ id: UInt64, until deadline: ContinuousClock.Instant, _ resume: @escaping Waiter
  ) {
    waiters.append((id, deadline, resume))
  }

  /// When the one who waited longest gives up; nil when nobody waits.
  var nextDeadline: ContinuousClock.Instant? { waiters.first?.deadline }

  /// Takes out everyone whose deadline has come.
  mutating func expire(at now: ContinuousClock.Instant) -> [Waiter] {
    let late = waiters.prefix { $0.deadline <= now }.map(\.resume)
    waiters.removeFirst(late.count)
    return late
  }

  /// Takes a waiter out who gave up; nil when it was served already.
  mutating func withdraw(_ id: UInt64) -> Waiter? {
    guard let index = waiters.firstIndex(where: { $0.id == id }) else { return nil }
    return waiters.remove(at: index).resume
  }

  /// Takes a connection back; answers the waiter who gets it.
  mutating func release(_ connection: Connection) -> Waiter? {
    if let first = nextWaiter() { return first }
    idle.append(connection)
    return nil
  }

  /// Gives up a place, whose connection broke or was never made; answers the waiter who gets the place.
  mutating func vacate() -> Waiter? {
    if let first = nextWaiter() { return first }
    places -= 1
    return nil
  }

  /// Takes an idle connection out that broke; false when it is in use (its user will say).
  mutating func dropIdle(where matches: (Connection) -> Bool) -> Bool {
    guard let index = idle.firstIndex(where: matches) else { return false }
    idle.remove(at: index)
    places -= 1
    return true
  }

  /// Ends everything: answers the idle connections and the waiters.
  mutating func close() -> ([Connection], [Waiter]) {
    isClosed = true
    defer {
      idle = []
      waiters = []
    }
    return (idle, waiters.map(\.resume))
  }

  private mutating func nextWaiter() -> Waiter? {
    waiters.isEmpty ? nil : waiters.removeFirst().resume
  }
}
