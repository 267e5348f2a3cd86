import Glibc
import Synchronization

/// The other end of `NOTIFY_SOCKET`: what a service says to the service manager.
public final class NotifySocket: Sendable {
  public let path: String
  private let descriptor: Int32
  private let isClosed = Atomic(false)

  /// Binds a datagram socket at `path` (at most 107 bytes).
  public init(path: String) throws {
    self.path = path
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    precondition(bytes.count < 108, "a socket's path has at most 107 bytes: \(path)")
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    unlink(path)
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard bound == 0 else { throw SpawnFailure(executable: path, code: errno) }
  }

  /// Waits for a message for which `predicate` holds and returns it; nil when none comes in `seconds`, or when nobody
  /// `isAlive` who could send it.
  public func message(
    within seconds: Int = 30, while isAlive: @escaping @Sendable () -> Bool = { true },
    where predicate: @escaping @Sendable (String) -> Bool
  ) async -> String? {
    await withCheckedContinuation { continuation in
      Thread { continuation.resume(returning: self.receive(seconds, isAlive, predicate)) }.start()
    }
  }

  deinit { close() }

  /// Closes the socket and removes its file, once: a second close would hit whoever got its number meanwhile.
  public func close() {
    guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
    Glibc.close(descriptor)
    unlink(path)
  }

  private func receive(
    _ seconds: Int, _ isAlive: () -> Bool, _ predicate: (String) -> Bool
  ) -> String? {
    let end = time(nil) + seconds
    var buffer = [UInt8](repeating: 0, count: 8_192)
    while time(nil) < end {
      var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&entry, 1, 200) > 0 else {
        if isAlive() { continue }
        return nil
      }
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { continue }
      let message = String(decoding: buffer[..<count], as: UTF8.self)
      if predicate(message) { return message }
    }
    return nil
  }
}
