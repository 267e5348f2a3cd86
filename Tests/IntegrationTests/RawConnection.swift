import Glibc

/// A TCP connection to a server of this host that sends exactly the bytes of a test.
///
/// It blocks its thread, for five seconds at most with each call.
final class RawConnection: Sendable {
  private let descriptor: Int32

  /// No connection could be made.
  struct Refused: Error { let code: Int32 }

  init(port: UInt16) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var limit = timeval(tv_sec: 5, tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let code = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    if code != 0 { throw Refused(code: errno) }
  }

  deinit { close(descriptor) }

  /// Sends the bytes, as many as the other side takes.
  @discardableResult
  func send(_ bytes: some Collection<UInt8>) -> Bool {
    let all = Array(bytes)
    var sent = 0
    while sent < all.count {
      let count = all[sent...].withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  @discardableResult
  func send(_ text: String) -> Bool { send(text.utf8) }

  /// What arrives until the other side closes, or until the text ends with `end`.
  func receive(until end: String? = nil) -> String {
    var received: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { break }
      received += buffer[..<count]
      if let end, received.count >= end.utf8.count,
        received.suffix(end.utf8.count).elementsEqual(end.utf8)
      {
        break
      }
    }
    return String(decoding: received, as: UTF8.self)
  }
}
