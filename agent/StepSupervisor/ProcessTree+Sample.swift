import CLinux
import Glibc

/// What a step uses at a moment.
public struct TreeSample: Sendable, Hashable {
  /// Processes and threads.
  public var tasks: UInt64 = 0
  /// Processor time of everybody, also of those who ended.
  public var cpuMicroseconds: Int64 = 0
  /// Memory that is nobody else's and no file's. What processes share since a fork counts for each, until
  /// it is counted exactly.
  public var memoryBytes: UInt64 = 0

  public init(tasks: UInt64 = 0, cpuMicroseconds: Int64 = 0, memoryBytes: UInt64 = 0) {
    self.tasks = tasks
    self.cpuMicroseconds = cpuMicroseconds
    self.memoryBytes = memoryBytes
  }
}

extension ProcessTree {
  /// Who is there and has not ended, ascending.
  func living() -> [pid_t] {
    processes().filter { ProcessStatus(of: $0)?.isLiving == true }.sorted()
  }

  /// Looks at everybody; at their memory only with a limit of it. Above that limit, shared pages are shared
  /// out, which takes longer.
  func sample(memoryLimit: UInt64?) -> TreeSample {
    var sample = TreeSample(cpuMicroseconds: qd_children_time())
    let everybody = processes()
    for process in everybody {
      guard let status = ProcessStatus(of: process) else { continue }
      sample.tasks += status.isLiving ? UInt64(max(1, status.threads)) : 0
      sample.cpuMicroseconds += status.cpuMicroseconds
      if memoryLimit != nil { sample.memoryBytes += Self.anonymous(process) }
    }
    if let memoryLimit, sample.memoryBytes > memoryLimit {
      sample.memoryBytes = everybody.reduce(0) { $0 + Self.proportional($1) }
    }
    return sample
  }

  /// Resident pages of no file and no shared memory, from /proc/PID/statm.
  private static func anonymous(_ process: pid_t) -> UInt64 {
    var values: [pid_t] = []
    ProcessFiles.numbers(in: "/proc/\(process)/statm", into: &values, zeros: true)
    guard values.count > 2 else { return 0 }
    return UInt64(max(0, Int(values[1]) - Int(values[2]))) * UInt64(getpagesize())
  }

  /// The same with each page shared out among those who have it, where that may be read.
  private static func proportional(_ process: pid_t) -> UInt64 {
    let path = "/proc/\(process)/smaps_rollup"
    guard let kilobytes = ProcessFiles.value(of: "Pss_Anon", in: path) else {
      return anonymous(process)
    }
    return kilobytes << 10
  }
}

/// What /proc/PID/stat says.
struct ProcessStatus {
  private var state: UInt8 = 0
  private(set) var threads: Int64 = 0
  private(set) var cpuMicroseconds: Int64 = 0

  /// Not ended: neither a zombie nor dead, or one whose other threads go on.
  var isLiving: Bool { (state != 0x5a && state != 0x58) || threads > 1 }

  /// Nil when the process is gone.
  init?(of process: pid_t) {
    var text: [UInt8] = []
    ProcessFiles.read("/proc/\(process)/stat") { text.append(contentsOf: $0) }
    // The name, in brackets, may hold anything.
    guard let bracket = text.lastIndex(of: 0x29), bracket + 2 < text.count else { return nil }
    state = text[bracket + 2]
    let ticks = Int64(sysconf(Int32(_SC_CLK_TCK)))
    var field = 3
    var value: Int64 = 0
    for byte in text[(bracket + 3)...] {
      if byte >= 0x30, byte <= 0x39 {
        value = value &* 10 &+ Int64(byte - 0x30)
      } else if byte == 0x20 {
        take(field, value, ticks)
        field += 1
        value = 0
      }
    }
  }

  /// Fields as proc(5) numbers them: own time and that of collected children, and threads.
  private mutating func take(_ field: Int, _ value: Int64, _ ticks: Int64) {
    switch field {
    case 14...17: cpuMicroseconds += value * 1_000_000 / max(1, ticks)
    case 20: threads = value
    default: break
    }
  }
}
