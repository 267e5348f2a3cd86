import CLinux
import Glibc

/// The processes of the step: everybody below this one, and whoever else is in the step's cgroup. This
/// process is their subreaper, so a process that called setsid or whose parent died is still below it.
struct ProcessTree: ~Copyable {
  /// The step's cgroup, or none.
  var cgroup = Cgroup(nil)
  /// Who got SIGTERM already.
  private var asked: [pid_t] = []

  /// How long one round of freezing may take in microseconds: output has to be read as well.
  private static let freezeTime: Int64 = 200_000

  /// SIGTERM to everybody who has not had it. Returns how many got it now.
  mutating func terminate() -> Int {
    var count = 0
    for process in processes() where !asked.contains(process) {
      asked.append(process)
      _ = Glibc.kill(process, SIGTERM)
      // A stopped process would never get to see it.
      _ = Glibc.kill(process, SIGCONT)
      count += 1
    }
    return count
  }

  /// SIGKILL to everybody: at once through the cgroup, and one by one. Everybody is stopped first, round by
  /// round until nobody new is found, because who forks faster than the tree is read would always be ahead.
  func kill() {
    cgroup.kill()
    let until = Clock.steady + Self.freezeTime
    var stopped: Set<pid_t> = []
    var found = processes()
    while true {
      var isNew = false
      for process in found where stopped.insert(process).inserted {
        isNew = true
        _ = Glibc.kill(process, SIGSTOP)
      }
      guard isNew, Clock.steady < until else { break }
      found = processes()
    }
    for process in found { _ = Glibc.kill(process, SIGKILL) }
  }

  /// Everybody, parents first.
  func processes() -> [pid_t] {
    var found = descendants()
    guard cgroup.path != nil else { return found }
    let below = Set(found)
    for process in cgroup.processes() where !below.contains(process) { found.append(process) }
    return found
  }

  /// Everybody below this process, parents first.
  private func descendants() -> [pid_t] {
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
    var found: [pid_t] = []
    ProcessFiles.eachNumber(in: "/proc/\(process)/task") { thread in
      ProcessFiles.numbers(in: "/proc/\(process)/task/\(thread)/children", into: &found)
    }
    return found
  }
}
