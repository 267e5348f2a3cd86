import CLinux
import Glibc
import Spool
import StepSupervisor
import Synchronization
import TestSupport
import Testing

/// A step under a real supervisor, without an agent.
final class SupervisedStep: Sendable {
  let supervisor: pid_t
  let spool: String
  private let directory: String
  /// Its number may be another's then.
  private let isCollected = Atomic(false)

  /// - Parameter directory: where the spool is; without one, a directory that goes with this.
  init(_ order: StepOrder, in given: String? = nil) throws {
    var template = Array("/tmp/quarterdeck-step-XXXXXX".utf8CString)
    directory = String(cString: mkdtemp(&template))
    spool = "\(given ?? directory)/1.spool"
    let file = open(spool, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    try #require(write(file, SpoolFile.magic, 8) == 8)
    let orderPath = "\(directory)/order"
    let orderFile = open(orderPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    let bytes = order.bytes
    try #require(write(orderFile, bytes, bytes.count) == bytes.count)
    unlink(orderPath)
    supervisor = try Self.spawn(spool: file, order: orderFile)
    close(file)
    close(orderFile)
  }

  deinit {
    if !isCollected.load(ordering: .relaxed) {
      _ = kill(supervisor, SIGKILL)
      waitpid(supervisor, nil, 0)
    }
    unlink(spool)
    rmdir(directory)
  }

  private static func spawn(spool: Int32, order: Int32) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for file in 0..<3 as Range<Int32> {
      posix_spawn_file_actions_addopen(&actions, file, "/dev/null", O_RDWR, 0)
    }
    posix_spawn_file_actions_adddup2(&actions, spool, Supervisor.Descriptor.spool)
    posix_spawn_file_actions_adddup2(&actions, order, Supervisor.Descriptor.order)
    // As the agent does it: a session of its own, so that nobody who waits for this group of processes meets it,
    // and no early signal is lost.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGTERM)
    sigaddset(&signals, SIGCHLD)
    posix_spawnattr_setsigmask(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, qd_spawn_flags())
    var process: pid_t = 0
    var arguments = [strdup("quarterdeck-supervisor"), nil]
    defer { for argument in arguments { free(argument) } }
    let code = posix_spawn(&process, program, &actions, &attributes, &arguments, environ)
    try #require(code == 0)
    return process
  }

  private static var program: String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    let path = String(
      decoding: buffer[..<max(0, count)].map(UInt8.init(bitPattern:)), as: UTF8.self)
    return path[..<(path.lastIndex(of: "/") ?? path.startIndex)] + "/quarterdeck-supervisor"
  }

  /// Asks for the step's end.
  func end(grace: Int32) { sigqueue(supervisor, SIGTERM, sigval(sival_int: grace)) }

  func frames() -> [Frame] {
    (try? FrameReader.frames(in: fileBytes(spool).dropFirst(8))) ?? []
  }

  /// The frames as soon as they are as wanted; nothing signals what a supervisor writes.
  func frames(when wanted: ([Frame]) -> Bool) async throws -> [Frame] {
    try await eventually("the frames are there") {
      let frames = frames()
      if wanted(frames) { return frames }
      guard frames.last?.kind.isFinal == true else { return nil }
      Issue.record("ended otherwise: \(frames.map { "\($0.kind) \($0.text.prefix(300))" })")
      return frames
    }
  }

  /// All frames, as soon as the supervisor has ended.
  func finished() async throws -> [Frame] {
    try await waitUntil("the supervisor has ended") {
      if isCollected.load(ordering: .relaxed) { return true }
      let isOver = waitpid(supervisor, nil, WNOHANG) == supervisor
      if isOver { isCollected.store(true, ordering: .relaxed) }
      return isOver
    }
    return frames()
  }

  /// Runs a step to its end.
  static func run(_ order: StepOrder) async throws -> [Frame] {
    try await SupervisedStep(order).finished()
  }
}

extension StepOrder {
  static func shell(_ text: String, _ change: (inout StepOrder) -> Void = { _ in }) -> StepOrder {
    var order = StepOrder(
      arguments: ["sh", "-c", text], environment: ["PATH=/usr/bin:/bin:/usr/sbin:/sbin"],
      bootID: "boot")
    change(&order)
    return order
  }
}

extension [Frame] {
  func bytes(_ kind: FrameKind) -> [UInt8] {
    var bytes: [UInt8] = []
    for frame in self where frame.kind == kind { bytes += frame.payload }
    return bytes
  }

  func lines(_ kind: FrameKind) -> [String] {
    String(decoding: bytes(kind), as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// The numbers that stdout has, one a line.
  var printedProcesses: [pid_t] { lines(.stdout).compactMap { pid_t($0) } }

  var end: EndedPayload? {
    last { $0.kind == .ended }.flatMap { try? EndedPayload($0.payload) }
  }

  /// Bytes that all `dropped` frames say.
  var droppedBytes: Int {
    filter { $0.kind == .dropped }.reduce(0) {
      $0 + Int((try? DroppedPayload($1.payload).count) ?? 0)
    }
  }
}

/// Whether a process is there and has not ended.
func isThere(_ process: pid_t) -> Bool {
  let text = String(decoding: fileBytes("/proc/\(process)/stat"), as: UTF8.self)
  guard let bracket = text.lastIndex(of: ")") else { return false }
  return !text[bracket...].hasPrefix(") Z")
}

/// All bytes of a file; none when it is not there.
func fileBytes(_ path: String) -> [UInt8] {
  let file = open(path, O_RDONLY | O_CLOEXEC)
  guard file >= 0 else { return [] }
  defer { close(file) }
  var all: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = read(file, &buffer, buffer.count)
    guard count > 0 else { return all }
    all += buffer[..<count]
  }
}

/// Writes a text into a file that exists.
@discardableResult
func put(_ text: String, into path: String) -> Bool {
  let file = open(path, O_WRONLY | O_CLOEXEC)
  guard file >= 0 else { return false }
  defer { close(file) }
  return write(file, text, text.utf8.count) == text.utf8.count
}
