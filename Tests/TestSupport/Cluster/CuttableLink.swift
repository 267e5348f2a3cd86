import CLinux
import Glibc
import Synchronization

/// A TCP path on the loopback interface that can be cut: what a network does when it stops forwarding.
///
/// While it is cut nobody notices: connections stay open, bytes wait, new connections are not taken. When it is
/// mended, what waited goes on. It can break, too: then both ends of each connection see its end at once. One thread
/// serves the whole link.
public final class CuttableLink: Sendable {
  fileprivate struct State {
    var isCut = false
    /// How often all connections were broken.
    var breaks = 0
  }

  /// Where to connect instead of the target.
  public let port: UInt16
  private let state = Mutex(State())
  /// The writing end of the thread's pipe.
  private let wake: Int32

  /// A link to `target`, a port of the loopback address.
  public init(to target: UInt16) throws {
    let listener = try LoopbackSocket.listen()
    port = listener.port
    var ends: [Int32] = [-1, -1]
    guard qd_pipe(&ends) == 0 else { throw SpawnFailure(executable: "pipe", code: errno) }
    wake = ends[1]
    let reading = ends[0]
    Thread { [weak self] in
      LinkLoop(listener: listener.descriptor, target: target, wake: reading)
        .run { self?.state.withLock { $0 } }
    }.start()
  }

  deinit {
    poke()
    close(wake)
  }

  /// Forwards nothing from now on.
  public func cut() {
    state.withLock { $0.isCut = true }
    poke()
  }

  /// Forwards again.
  public func mend() {
    state.withLock { $0.isCut = false }
    poke()
  }

  /// Ends every connection, whatever is on its way in it. New ones are taken.
  public func breakConnections() {
    state.withLock { $0.breaks += 1 }
    poke()
  }

  private func poke() { _ = write(wake, [1], 1) }
}

/// The thread of a link: pairs of sockets, and what has been read from one and not yet written to the other.
private final class LinkLoop {
  private struct Direction {
    let source: Int32
    let sink: Int32
    var waiting: ArraySlice<UInt8> = []
    var hasEnded = false
  }

  private let listener: Int32
  private let target: UInt16
  private let wake: Int32
  private var pairs: [[Direction]] = []
  private var breaks = 0

  init(listener: Int32, target: UInt16, wake: Int32) {
    self.listener = listener
    self.target = target
    self.wake = wake
  }

  /// Forwards until `state` answers nil: then the link is gone.
  func run(_ state: () -> CuttableLink.State?) {
    while let state = state() {
      let isCut = state.isCut
      if state.breaks != breaks { breakAll() }
      breaks = state.breaks
      var watched = [pollfd(fd: wake, events: Int16(POLLIN), revents: 0)]
      if !isCut { watched += interests() }
      guard poll(&watched, nfds_t(watched.count), -1) >= 0 || errno == EINTR else { break }
      let ready = Set(watched.filter { $0.revents != 0 }.map(\.fd))
      if ready.contains(wake) { drainWake() }
      if isCut { continue }
      if ready.contains(listener) { takeConnection() }
      forward(ready)
    }
    for descriptor in pairs.flatMap({ $0.map(\.source) }) + [listener, wake] { close(descriptor) }
  }

  private func breakAll() {
    for direction in pairs.joined() { close(direction.source) }
    pairs = []
  }

  private func interests() -> [pollfd] {
    var watched = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
    for direction in pairs.joined() {
      if !direction.waiting.isEmpty {
        watched.append(pollfd(fd: direction.sink, events: Int16(POLLOUT), revents: 0))
      } else if !direction.hasEnded {
        watched.append(pollfd(fd: direction.source, events: Int16(POLLIN), revents: 0))
      }
    }
    return watched
  }

  private func drainWake() {
    var bytes = [UInt8](repeating: 0, count: 64)
    _ = read(wake, &bytes, bytes.count)
  }

  private func takeConnection() {
    let client = accept(listener, nil, nil)
    guard client >= 0 else { return }
    _ = fcntl(client, F_SETFD, FD_CLOEXEC)
    _ = fcntl(client, F_SETFL, O_NONBLOCK)
    guard let server = try? LoopbackSocket.connect(to: target) else {
      close(client)
      return
    }
    pairs.append([
      Direction(source: client, sink: server), Direction(source: server, sink: client),
    ])
  }

  /// A socket that is still being connected is not ready, and not read.
  private func forward(_ ready: Set<Int32>) {
    for pair in pairs.indices {
      for side in pairs[pair].indices { Self.move(&pairs[pair][side], ready) }
    }
    for pair in pairs where pair.contains(where: { $0.hasEnded && $0.waiting.isEmpty }) {
      for direction in pair { close(direction.source) }
    }
    pairs.removeAll { $0.contains { $0.hasEnded && $0.waiting.isEmpty } }
  }

  private static func move(_ direction: inout Direction, _ ready: Set<Int32>) {
    if direction.waiting.isEmpty, !direction.hasEnded, ready.contains(direction.source) {
      var bytes = [UInt8](repeating: 0, count: 65_536)
      let count = read(direction.source, &bytes, bytes.count)
      if count > 0 { direction.waiting = bytes[..<count] }
      if count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR) {
        direction.hasEnded = true
      }
    }
    guard !direction.waiting.isEmpty else { return }
    let written = direction.waiting.withUnsafeBytes {
      send(direction.sink, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
    }
    if written > 0 { direction.waiting = direction.waiting.dropFirst(written) }
    if written < 0, errno != EAGAIN, errno != EINTR {
      direction.waiting = []
      direction.hasEnded = true
    }
  }
}
