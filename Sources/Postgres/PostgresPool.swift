import Database
import Synchronization

/// Lends connections, each to one user at a time.
final class PostgresPool: Sendable {
  private let connector: Connector
  private let configuration: PostgresConfiguration
  private let loop: EventLoop
  // The closures in it are called outside the lock, once.
  private let state: Mutex<PoolState<PostgresConnection>>
  private let lastWaiter = Atomic<UInt64>(0)
  private let isTimerSet = Atomic(false)
  // All connections, lent ones too, so that `close` reaches them.
  private let living = Mutex<[ObjectIdentifier: PostgresConnection]>([:])

  init(_ connector: Connector, _ configuration: PostgresConfiguration, loop: EventLoop) {
    self.connector = connector
    self.configuration = configuration
    self.loop = loop
    state = Mutex(PoolState(limit: configuration.connections))
  }

  /// A connection for the caller alone, who must give it back with `release`.
  ///
  /// Throws `timeout` when none became free in time, `unavailable` when the server cannot be reached,
  /// `cancelled` and `closed`.
  func acquire() async throws(DatabaseError) -> PostgresConnection {
    while true {
      if Task.isCancelled { throw .cancelled }
      switch state.withLock({ $0.acquire() }) {
      case .use(let connection):
        if !connection.isBroken.load(ordering: .acquiring) { return connection }
        discard(connection)
      case .connect: return try await connect()
      case .closed: throw .closed
      case .wait:
        guard let connection = try await wait() else { return try await connect() }
        if !connection.isBroken.load(ordering: .acquiring) { return connection }
        discard(connection)
      }
    }
  }

  /// Takes a connection back: a broken one leaves the pool.
  func release(_ connection: PostgresConnection) {
    if connection.isBroken.load(ordering: .acquiring) { return discard(connection) }
    let (waiter, isClosed) = state.withLock { state in
      state.isClosed ? (nil, true) : (state.release(connection), false)
    }
    if isClosed { connection.close(.closed) }
    waiter?(.success(connection))
  }

  /// Closes all connections; what is in flight on them fails.
  func close() {
    let (_, waiters) = state.withLock { $0.close() }
    for connection in living.withLock({ Array($0.values) }) { connection.close(.closed) }
    for waiter in waiters { waiter(.failure(.closed)) }
  }

  private func discard(_ connection: PostgresConnection) {
    connection.close(.lostConnection)
    vacate()
  }

  private func vacate() {
    let waiter = state.withLock { $0.vacate() }
    waiter?(.success(nil))
  }

  private func connect() async throws(DatabaseError) -> PostgresConnection {
    do throws(DatabaseError) {
      let connection = PostgresConnection(try await establish(), loop: loop)
      living.withLock { $0[ObjectIdentifier(connection)] = connection }
      connection.open(onBreak: { [weak self, weak connection] _ in
        if let self, let connection { forget(connection) }
      })
      // A `close` that came meanwhile did not see this connection.
      if state.withLock({ $0.isClosed }) { connection.close(.closed) }
      return connection
    } catch {
      vacate()
      throw error
    }
  }

  private func forget(_ connection: PostgresConnection) {
    state.withLock { state in _ = state.dropIdle { $0 === connection } }
    living.withLock { $0[ObjectIdentifier(connection)] = nil }
  }

  private func establish() async throws(DatabaseError) -> EstablishedConnection {
    let deadline = ContinuousClock.now + configuration.reconnectPatience
    var pause = Duration.milliseconds(20)
    while true {
      do throws(DatabaseError) {
        return try await connector.connect()
      } catch {
        let isPassing = !error.message.contains("FATAL") || SQLState.isPassing(error.message)
        guard isPassing, .now + pause < deadline, !state.withLock({ $0.isClosed }) else {
          throw error
        }
        if Task.isCancelled { throw .cancelled }
        try? await Task.sleep(for: pause)
        pause = min(pause * 2, .milliseconds(250))
      }
    }
  }

  private func wait() async throws(DatabaseError) -> PostgresConnection? {
    let id = lastWaiter.add(1, ordering: .relaxed).newValue
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation {
        (continuation: CheckedContinuation<Result<PostgresConnection?, DatabaseError>, Never>) in
        enqueue(id) { continuation.resume(returning: $0) }
        if Task.isCancelled { giveUp(id, .cancelled) }
      }
    } onCancel: {
      giveUp(id, .cancelled)
    }
    return try result.get()
  }

  private func enqueue(
    _ id: UInt64, _ waiter: @escaping PoolState<PostgresConnection>.Waiter
  ) {
    let deadline = ContinuousClock.now + configuration.acquireTimeout
    let grant = state.withLock { state -> PoolState<PostgresConnection>.Grant in
      // Between the refusal and now one may have come back.
      let grant = state.acquire()
      if case .wait = grant { state.enqueue(id, until: deadline, waiter) }
      return grant
    }
    switch grant {
    case .use(let connection): waiter(.success(connection))
    case .connect: waiter(.success(nil))
    case .closed: waiter(.failure(.closed))
    case .wait: setTimer(deadline)
    }
  }

  /// One timer, for whoever waited longest; it is set again while somebody waits.
  private func setTimer(_ deadline: ContinuousClock.Instant) {
    guard !isTimerSet.exchange(true, ordering: .acquiringAndReleasing) else { return }
    loop.execute { self.loop.after(deadline - .now) { self.expire() } }
  }

  private func expire() {
    let late = state.withLock { $0.expire(at: .now) }
    let message = "no connection became free within \(configuration.acquireTimeout)"
    for waiter in late { waiter(.failure(DatabaseError(code: .timeout, message: message))) }
    isTimerSet.store(false, ordering: .releasing)
    if let next = state.withLock({ $0.nextDeadline }) { setTimer(next) }
  }

  private func giveUp(_ id: UInt64, _ error: DatabaseError) {
    let waiter = state.withLock { $0.withdraw(id) }
    waiter?(.failure(error))
  }
}
