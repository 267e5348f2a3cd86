import CLibPQ
import Database
import Glibc
import Synchronization

/// A connection that was just made: non-blocking and in pipeline mode.
struct EstablishedConnection: @unchecked Sendable {
  // @unchecked: handed from the thread that made it to the one loop that uses it.
  let handle: OpaquePointer
}

/// Makes connections: libpq's non-blocking way, with a deadline over all hosts and name look-ups.
///
/// libpq looks names up with calls that block, so each attempt has a short-lived thread of its own.
struct Connector: Sendable {
  let address: PostgresAddress
  let timeout: Duration
  /// What overrides the address's own.
  var applicationName: String?

  /// Connects to the first host of the address that answers and has the wanted attributes.
  ///
  /// Throws `unavailable` with libpq's message.
  func connect() async throws(DatabaseError) -> EstablishedConnection {
    let result = await withCheckedContinuation {
      (continuation: CheckedContinuation<Result<EstablishedConnection, DatabaseError>, Never>) in
      Thread.start { continuation.resume(returning: attempt()) }
    }
    return try result.get()
  }

  private func attempt() -> Result<EstablishedConnection, DatabaseError> {
    guard let handle = start() else {
      return .failure(DatabaseError(code: .unavailable, message: "out of memory"))
    }
    PQsetNoticeProcessor(handle, { _, _ in }, nil)
    guard poll(handle), PQsetnonblocking(handle, 1) == 0, PQenterPipelineMode(handle) == 1 else {
      let error = DatabaseError(code: .unavailable, message: message(of: handle).nonEmpty)
      PQfinish(handle)
      return .failure(error)
    }
    return .success(EstablishedConnection(handle: handle))
  }

  private func start() -> OpaquePointer? {
    let name = applicationName.map { [("application_name", $0)] } ?? []
    let pairs = Self.defaults + address.keywords + name
    let names = pairs.map { strdup($0.0) }
    let values = pairs.map { strdup($0.1) }
    defer { (names + values).forEach { free($0) } }
    let keywords = names.map { UnsafePointer($0) } + [nil]
    let arguments = values.map { UnsafePointer($0) } + [nil]
    return PQconnectStartParams(keywords, arguments, 1)
  }

  private func poll(_ handle: OpaquePointer) -> Bool {
    let deadline = ContinuousClock.now + timeout
    guard PQstatus(handle) != CONNECTION_BAD else { return false }
    var state = PGRES_POLLING_WRITING
    while state == PGRES_POLLING_WRITING || state == PGRES_POLLING_READING {
      let events = state == PGRES_POLLING_WRITING ? POLLOUT : POLLIN
      var socket = pollfd(fd: PQsocket(handle), events: Int16(events), revents: 0)
      let (seconds, attoseconds) = (deadline - .now).components
      let left = Int32(clamping: seconds * 1000 + attoseconds / 1_000_000_000_000_000)
      guard left > 0 else { return false }
      let count = Glibc.poll(&socket, 1, left)
      if count == 0 || (count < 0 && errno != EINTR) { return false }
      if count > 0 { state = PQconnectPoll(handle) }
    }
    return state == PGRES_POLLING_OK
  }

  /// What the address may override: a dead host is noticed after 15 s, texts are UTF-8.
  private static let defaults = [
    ("application_name", "quarterdeck"), ("client_encoding", "UTF8"), ("keepalives_idle", "5"),
    ("keepalives_interval", "3"), ("keepalives_count", "3"), ("tcp_user_timeout", "15000"),
    ("gssencmode", "disable"),
  ]
}

extension String {
  fileprivate var nonEmpty: String { isEmpty ? "no answer from the server in time" : self }
}
