import CLibPQ
import Database
import Glibc
import Synchronization

/// One connection, driven without blocking on its loop's thread.
///
/// It is always in libpq's pipeline mode: an exchange is its statements and one sync behind them, so
/// that several statements outside a transaction are one all the same. Exchanges wait for each other in
/// the order in which they were handed in.
final class PostgresConnection: @unchecked Sendable {
  // @unchecked: `isBroken` is atomic; everything mutable is touched on the loop's thread only.
  let loop: EventLoop
  /// Whether it can serve nothing more. Set before the exchange that failed is answered.
  let isBroken = Atomic(false)
  var handle: OpaquePointer?
  var prepared = PreparedStatements(limit: 256)
  var current: Exchange?
  private var waiting: [Exchange] = []
  private var socket: Int32
  private var expectsEnd = false
  private var onNotification: (@Sendable (String, String) -> Void)?
  private var onBreak: (@Sendable (DatabaseError) -> Void)?

  /// Takes over an established, non-blocking connection.
  init(_ established: EstablishedConnection, loop: EventLoop) {
    handle = established.handle
    socket = PQsocket(established.handle)
    self.loop = loop
  }

  // A connection that was made while the database closed never gets to the loop.
  deinit { PQfinish(handle) }

  /// Begins to listen to the socket: also while idle, so that a server's end is noticed at once.
  func open(
    onBreak: @escaping @Sendable (DatabaseError) -> Void,
    onNotification: (@Sendable (String, String) -> Void)? = nil
  ) {
    loop.execute {
      self.onBreak = onBreak
      self.onNotification = onNotification
      self.loop.watch(self.socket, for: Int16(POLLIN)) { self.ready() }
    }
  }

  /// Runs the statements in one round trip. When the task is cancelled the server is told to stop and
  /// the connection is given up.
  func perform(
    _ statements: [Statement], in transaction: TransactionMark? = nil, isCancellable: Bool = true
  ) async throws(DatabaseError) -> [StatementResult] {
    let box = Mutex<Exchange?>(nil)
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let exchange = Exchange(statements, in: transaction) { continuation.resume(returning: $0) }
        box.withLock { $0 = exchange }
        if isCancellable && Task.isCancelled {
          exchange.isCancelled.store(true, ordering: .relaxed)
        }
        if !loop.execute({ self.submit(exchange) }) { exchange.finish(.failure(.closed)) }
      }
    } onCancel: {
      guard isCancellable, let exchange = box.withLock({ $0 }) else { return }
      exchange.isCancelled.store(true, ordering: .relaxed)
      loop.execute { self.cancel(exchange) }
    }
    return try result.get()
  }

  /// Closes the connection; what is in flight fails with `reason`.
  func close(_ reason: DatabaseError) { loop.execute { self.abandon(reason) } }

  private func submit(_ exchange: Exchange) {
    waiting.append(exchange)
    if current == nil { startNext() }
  }

  private func startNext() {
    while current == nil, !waiting.isEmpty {
      let exchange = waiting.removeFirst()
      if exchange.isCancelled.load(ordering: .relaxed) {
        exchange.finish(.failure(.cancelled))
      } else if handle == nil {
        exchange.finish(.failure(.lostConnection))
      } else {
        current = exchange
        if send(exchange) { flush() } else { abandon(serverError()) }
      }
    }
  }

  private func cancel(_ exchange: Exchange) {
    guard exchange === current, let handle else { return }
    let request = PQgetCancel(handle)
    let carried = CancelRequest(pointer: request)
    Thread.start { carried.send() }
    abandon(.cancelled)
  }

  private func flush() {
    guard let handle else { return }
    switch PQflush(handle) {
    case 0: loop.watch(socket, for: Int16(POLLIN)) { self.ready() }
    case 1: loop.watch(socket, for: Int16(POLLIN | POLLOUT)) { self.ready() }
    default: abandon(serverError())
    }
  }

  private func ready() {
    guard let handle else { return }
    let isAlive = PQconsumeInput(handle) == 1
    deliverNotifications()
    receive()
    guard self.handle != nil else { return }
    if !isAlive || PQstatus(handle) == CONNECTION_BAD { return abandon(serverError()) }
    if current != nil { flush() }
  }

  private func receive() {
    while let handle, let exchange = current, PQisBusy(handle) == 0 {
      guard let result = PQgetResult(handle) else {
        guard expectsEnd else { return }
        expectsEnd = false
        continue
      }
      defer { PQclear(result) }
      if PQresultStatus(result) == PGRES_PIPELINE_SYNC {
        complete(exchange)
      } else {
        expectsEnd = true
        exchange.take(result, for: self)
      }
    }
  }

  private func complete(_ exchange: Exchange) {
    current = nil
    expectsEnd = false
    if let failure = exchange.failure {
      if failure.spoilsConnection { isBroken.store(true, ordering: .releasing) }
      exchange.finish(.failure(failure))
    } else {
      exchange.finish(.success(exchange.results))
    }
    startNext()
  }

  private func deliverNotifications() {
    guard let handle else { return }
    while let notification = PQnotifies(handle) {
      defer { PQfreemem(notification) }
      onNotification?(
        String(cString: notification.pointee.relname), String(cString: notification.pointee.extra))
    }
  }

  private func abandon(_ reason: DatabaseError) {
    guard let handle else { return }
    isBroken.store(true, ordering: .releasing)
    self.handle = nil
    loop.unwatch(socket)
    PQfinish(handle)
    let unfinished = [current].compactMap { $0 } + waiting
    current = nil
    waiting = []
    // A statement that failed just before, with the server's reason, knows better why.
    for exchange in unfinished { exchange.finish(.failure(exchange.failure ?? reason)) }
    onBreak?(reason)
    onBreak = nil
  }

  private func serverError() -> DatabaseError {
    DatabaseError(code: .unavailable, message: handle.map(message(of:)) ?? "not connected")
  }
}

/// A request to stop what a connection does, sent over a connection of its own.
private struct CancelRequest: @unchecked Sendable {
  // @unchecked: owned by the one thread that sends and frees it.
  let pointer: OpaquePointer?

  func send() {
    guard let pointer else { return }
    var answer = [CChar](repeating: 0, count: 256)
    PQcancel(pointer, &answer, Int32(answer.count))
    PQfreeCancel(pointer)
  }
}

extension DatabaseError {
  static let cancelled = DatabaseError(code: .cancelled, message: "the task was cancelled")
  static let lostConnection = DatabaseError(
    code: .unavailable, message: "the connection to the server is lost")
  static let closed = DatabaseError(code: .closed, message: "the database was closed")

  var spoilsConnection: Bool { SQLState.spoilsConnection(engineCode) }
}

/// libpq's last message about a connection, without its trailing newline.
func message(of handle: OpaquePointer) -> String {
  let text = String(cString: PQerrorMessage(handle))
  return String(text.reversed().drop { $0.isWhitespace }.reversed())
}
