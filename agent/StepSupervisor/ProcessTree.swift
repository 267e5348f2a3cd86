import CLinux
import Glibc

/// The processes below this one. This process is their subreaper, so a process that called setsid or whose
/// parent died is still below it.
struct ProcessTree {
  /// Who got SIGTERM already.
  private var asked: [pid_t] = []

  /// SIGTERM to everybody who has not had it. Returns how many got it now.
  mutating func terminate() -> Int {
    var count = 0
    for process in descendants() where !asked.contains(process) {
      asked.append(process)
      _ = Glibc.kill(process, SIGTERM)
      // A stopped process would never get to see it.
      _ = Glibc.kill(process, SIGCONT)
      count += 1
    }
    return count
  }

  /// SIGKILL to everybody.
  func kill() {
    for process in descendants() { _ = Glibc.kill(process, SIGKILL) }
  }

  /// Everybody below this process, parents first.
  func descendants() -> [pid_t] {
    var found = children(of: getpid())
    var next = 0
    while next < found.count {
      found.append(contentsOf: children(of: found[next]))
      next += 1
    }
    return found
  }

  /// The children of each thread of a process; none when it is gone.
  private func children(of process: pid_t) -> [pid_t] {
    guard let threads = opendir("/proc/\(process)/task") else { return [] }
    defer { closedir(threads) }
    var found: [pid_t] = []
    while let entry = readdir(threads) {
      let thread = withUnsafeBytes(of: &entry.pointee.d_name) { number($0) }
      if let thread { read("/proc/\(process)/task/\(thread)/children", into: &found) }
    }
    return found
  }

  private func number(_ name: UnsafeRawBufferPointer) -> Int? {
    var value: Int?
    for byte in name {
      if byte == 0 { break }
      guard byte >= 0x30, byte <= 0x39 else { return nil }
      value = (value ?? 0) * 10 + Int(byte - 0x30)
    }
    return value
  }

  /// Adds the numbers in a file, separated by spaces.
  private func read(_ path: String, into found: inout [pid_t]) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    defer { _ = close(file) }
    var value: pid_t = 0
    withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
      while true {
        let count = Glibc.read(file, buffer.baseAddress, buffer.count)
        guard count > 0 else { return }
        for byte in buffer[..<count] {
          if byte >= 0x30, byte <= 0x39 {
            value = value * 10 + pid_t(byte - 0x30)
          } else if value > 0 {
            found.append(value)
            value = 0
          }
        }
      }
    }
  }
}
