import Glibc
import Synchronization

/// A file descriptor that takes lines: each with one write(2), never two mixed.
final class LogOutput: Sendable {
  private let descriptor: Mutex<Int32>

  /// Does not close the descriptor.
  init(descriptor: Int32) {
    self.descriptor = Mutex(descriptor)
  }

  static let standardError = LogOutput(descriptor: 2)

  /// Writes the whole line. One that cannot be written is dropped.
  func write(_ line: [UInt8]) {
    descriptor.withLock { descriptor in
      var rest = line[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if count > 0 {
          rest = rest.dropFirst(count)
        } else if count == 0 || errno != EINTR {
          return
        }
      }
    }
  }
}
