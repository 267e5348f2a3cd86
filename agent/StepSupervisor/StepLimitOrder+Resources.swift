import CLinux
import Glibc

extension StepLimitOrder {
  /// How much longer than its soft limit a single process may compute: time to act on SIGXCPU.
  private static let cpuMargin: UInt64 = 5

  /// What is set for the main process and inherited by all others.
  func resources(for user: UInt32) -> [qd_limit] {
    var limits: [qd_limit] = []
    if let openFiles {
      limits.append(qd_limit(resource: Resource.openFiles, soft: openFiles, hard: openFiles))
    }
    if let fileBytes {
      limits.append(qd_limit(resource: Resource.fileSize, soft: fileBytes, hard: fileBytes))
    }
    if let cpuSeconds {
      let hard = cpuSeconds.addingReportingOverflow(Self.cpuMargin).partialValue
      limits.append(qd_limit(resource: Resource.cpu, soft: cpuSeconds, hard: max(hard, cpuSeconds)))
    }
    if let processes, user != 0 {
      let lid = Self.lid(processes, others: Self.tasks(of: user))
      limits.append(qd_limit(resource: Resource.processes, soft: lid, hard: lid))
    }
    return limits
  }

  /// RLIMIT_NPROC counts everything that the user runs, so it cannot be the limit itself: it holds a fork
  /// bomb back until the tree is looked at.
  static func lid(_ processes: UInt64, others: UInt64) -> UInt64 {
    let room = processes.multipliedReportingOverflow(by: 2)
    return room.overflow ? .max : room.partialValue &+ others &+ 128
  }

  /// How many threads a user's processes have.
  private static func tasks(of user: UInt32) -> UInt64 {
    var count: UInt64 = 0
    ProcessFiles.eachNumber(in: "/proc") { process in
      var status = stat()
      guard stat("/proc/\(process)/task", &status) == 0, status.st_uid == user else { return }
      count += UInt64(max(1, Int(status.st_nlink) - 2))
    }
    return count
  }

  /// The numbers of `setrlimit`, which C declares as an enumeration.
  private enum Resource {
    static let cpu: Int32 = 0
    static let fileSize: Int32 = 1
    static let processes: Int32 = 6
    static let openFiles: Int32 = 7
  }
}
