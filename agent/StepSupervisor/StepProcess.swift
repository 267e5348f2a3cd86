import CLinux
import Glibc

/// Starts the step's main process.
struct StepProcess {
  /// The text of a failed system call with what it was about.
  struct Failure: Error {
    let text: String
    init(_ what: String, _ code: Int32) { text = "\(what): \(String(cString: strerror(code)))" }
  }

  let process: pid_t
  let output: Int32
  let errors: Int32
  /// Whether the step runs in its cgroup.
  let isInCgroup: Bool

  /// Starts the step in a session of its own, with all signals at their defaults.
  static func start(
    _ order: StepOrder, cgroup: borrowing Cgroup
  ) throws(Failure) -> StepProcess {
    if let path = order.scriptPath, let script = order.script {
      try write(script, to: path, for: order.credentials)
    }
    let input = try standardInput(order.standardInput)
    let output = try pipe()
    let errors = try pipe()
    defer {
      _ = close(input)
      _ = close(output.write)
      _ = close(errors.write)
    }
    for file in [input, output.write, errors.write] { give(file, to: order.credentials) }
    let main = try spawn(
      order, input: input, output: output.write, errors: errors.write, cgroup: cgroup)
    return StepProcess(
      process: main.process, output: output.read, errors: errors.read, isInCgroup: main.isInCgroup)
  }

  /// Lets the step's user open its streams by name, as in `echo x > /dev/stderr`.
  private static func give(_ file: Int32, to credentials: StepCredentials?) {
    guard let credentials else { return }
    _ = fchown(file, credentials.user, credentials.group)
  }

  private static func write(
    _ script: [UInt8], to path: String, for credentials: StepCredentials?
  ) throws(Failure) {
    _ = unlink(path)
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o700)
    guard file >= 0 else { throw Failure("script \(path)", errno) }
    let code = put(script, into: file)
    _ = fchmod(file, 0o700)
    give(file, to: credentials)
    _ = close(file)
    if code != 0 { throw Failure("script \(path)", code) }
  }

  private static func put(_ bytes: [UInt8], into file: Int32) -> Int32 {
    bytes.withUnsafeBytes { all in
      var done = 0
      while done < all.count {
        let count = Glibc.write(file, all.baseAddress! + done, all.count - done)
        if count < 0, errno == EINTR { continue }
        if count < 0 { return errno }
        done += count
      }
      return 0
    }
  }

  private static func standardInput(_ bytes: [UInt8]?) throws(Failure) -> Int32 {
    let file = bytes == nil ? open("/dev/null", O_RDONLY | O_CLOEXEC) : qd_memfd("stdin")
    guard file >= 0 else { throw Failure("standard input", errno) }
    guard let bytes else { return file }
    let code = put(bytes, into: file)
    if code != 0 { throw Failure("standard input", code) }
    _ = lseek(file, 0, SEEK_SET)
    return file
  }

  private static func pipe() throws(Failure) -> (read: Int32, write: Int32) {
    var ends: (Int32, Int32) = (-1, -1)
    let code = withUnsafeMutableBytes(of: &ends) {
      qd_pipe($0.baseAddress!.assumingMemoryBound(to: Int32.self))
    }
    if code != 0 { throw Failure("pipe", errno) }
    return ends
  }
}
