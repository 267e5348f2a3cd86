import Glibc

/// The service manager's end: a datagram socket of its own in a directory of its own.
final class NotifySocket: Sendable {
  let path: String
  private let directory: String
  private let descriptor: Int32

  init() {
    var template = Array("/tmp/quarterdeck-notify-XXXXXX".utf8CString)
    mkdtemp(&template)
    directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    path = "\(directory)/socket"
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let length = socklen_t(MemoryLayout<sockaddr_un>.size)
    let descriptor = self.descriptor
    withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        precondition(bind(descriptor, $0, length) == 0)
      }
    }
  }

  deinit {
    close(descriptor)
    unlink(path)
    rmdir(directory)
  }

  /// The next message's lines, or nil when none came in time.
  func receive(within milliseconds: Int32 = 5000) -> [String]? {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&entry, 1, milliseconds) == 1 else { return nil }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    guard count >= 0 else { return nil }
    return String(decoding: buffer[..<count], as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// All messages that wait.
  func receiveAll() -> [[String]] {
    var all: [[String]] = []
    while let message = receive(within: 0) { all.append(message) }
    return all
  }
}
