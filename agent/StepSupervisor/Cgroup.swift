import CLinux
import Glibc

/// The directory of a cgroup v2 hierarchy in which a step runs, or none. The agent makes it, the supervisor
/// puts limits and the step into it and removes it.
struct Cgroup: ~Copyable {
  private(set) var path: String?

  init(_ path: String?) { self.path = path }

  /// cgroup.procs for writing, or -1.
  func openProcesses() -> Int32 {
    guard let path else { return -1 }
    return open("\(path)/cgroup.procs", O_WRONLY | O_CLOEXEC)
  }

  /// There is no cgroup after all: the step could not enter it.
  mutating func giveUp() {
    remove()
    path = nil
  }

  /// Whether some process of it or of a cgroup below lives. Without a cgroup nobody does.
  var isPopulated: Bool {
    guard let path else { return false }
    return ProcessFiles.value(of: "populated", in: "\(path)/cgroup.events") == 1
  }

  /// Ends everybody by SIGKILL at once, also who is just being forked. False when the kernel cannot (before
  /// Linux 5.14).
  @discardableResult
  func kill() -> Bool {
    guard let path else { return false }
    return ProcessFiles.write("1", to: "\(path)/cgroup.kill") == 0
  }

  /// Everybody in it and below.
  func processes() -> [pid_t] {
    var found: [pid_t] = []
    if let path { Self.collect(path, into: &found) }
    return found
  }

  private static func collect(_ path: String, into found: inout [pid_t]) {
    ProcessFiles.numbers(in: "\(path)/cgroup.procs", into: &found)
    ProcessFiles.eachDirectory(in: path) { collect("\(path)/\($0)", into: &found) }
  }

  /// Removes the directory and those that the step made in it; nothing happens while somebody lives there.
  func remove() {
    if let path { Self.remove(path) }
  }

  private static func remove(_ path: String) {
    if rmdir(path) == 0 { return }
    ProcessFiles.eachDirectory(in: path) { remove("\(path)/\($0)") }
    // The kernel may need a moment after the last process was collected.
    for _ in 0..<10 where rmdir(path) != 0 && errno == EBUSY { usleep(2000) }
  }
}

extension Cgroup {
  /// Which limits the cgroup enforces: those whose controllers it has.
  struct Enforced: Equatable {
    var memory = false
    var processes = false
    var cpu = false
  }

  /// Sets what it can.
  func put(_ limits: StepLimitOrder) -> Enforced {
    var enforced = Enforced()
    guard let path else { return enforced }
    if let bytes = limits.memoryBytes {
      enforced.memory = ProcessFiles.write("\(bytes)", to: "\(path)/memory.max") == 0
      // One process that is ended would leave a step that goes on without it.
      _ = ProcessFiles.write("1", to: "\(path)/memory.oom.group")
      _ = ProcessFiles.write("0", to: "\(path)/memory.swap.max")
    }
    if let count = limits.processes {
      enforced.processes = ProcessFiles.write("\(count)", to: "\(path)/pids.max") == 0
    }
    if let permille = limits.cpuPermille {
      let quota = max(1000, min(permille, 1 << 40) * 100)
      enforced.cpu = ProcessFiles.write("\(quota) 100000", to: "\(path)/cpu.max") == 0
    }
    return enforced
  }

  /// Whether the kernel ended a process of it for want of memory.
  var ranOutOfMemory: Bool {
    guard let path else { return false }
    return (ProcessFiles.value(of: "oom_kill ", in: "\(path)/memory.events") ?? 0) > 0
  }

  /// Whether a fork failed because of its limit.
  var ranOutOfProcesses: Bool {
    guard let path else { return false }
    return (ProcessFiles.value(of: "max", in: "\(path)/pids.events") ?? 0) > 0
  }
}
