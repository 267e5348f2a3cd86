/// Decides whether a step takes more than it may. Pure: what is used is looked at elsewhere.
public struct LimitWatch: Sendable, Hashable {
  /// A limit that was exceeded.
  public struct Excess: Sendable, Hashable {
    /// What the `ended` frame says: "memory limit of 512 MiB".
    public var text: String
    /// Whether there is no time for SIGTERM and a grace.
    public var isUrgent: Bool
  }

  /// Limits that have to be watched, because nothing else enforces them.
  public private(set) var watched: StepLimitOrder
  private let limits: StepLimitOrder

  /// - Parameters:
  ///   - isMemoryEnforced: whether the step's cgroup enforces the limit of memory.
  ///   - areProcessesEnforced: whether it enforces the limit of processes.
  public init(
    _ limits: StepLimitOrder, isMemoryEnforced: Bool = false, areProcessesEnforced: Bool = false
  ) {
    self.limits = limits
    watched = StepLimitOrder(
      memoryBytes: isMemoryEnforced ? nil : limits.memoryBytes, cpuSeconds: limits.cpuSeconds,
      processes: areProcessesEnforced ? nil : limits.processes)
  }

  /// Whether anybody has to look.
  public var isNeeded: Bool {
    watched.memoryBytes != nil || watched.cpuSeconds != nil || watched.processes != nil
  }

  /// Microseconds until the next look at a tree of this size: five times a second, seldomer when looking
  /// takes longer.
  public static func pause(tasks: UInt64) -> Int64 {
    Int64(min(500_000, max(200_000, tasks * 1000)))
  }

  /// Whether so much is too much.
  public func excess(_ sample: TreeSample) -> Excess? {
    if let limit = watched.memoryBytes, sample.memoryBytes > limit {
      return Excess(text: Self.memory(limit), isUrgent: true)
    }
    if let limit = watched.processes, sample.tasks > limit {
      return Excess(text: Self.processes(limit), isUrgent: true)
    }
    if let limit = watched.cpuSeconds, UInt64(max(0, sample.cpuMicroseconds)) / 1_000_000 >= limit {
      return Excess(text: Self.cpu(limit), isUrgent: false)
    }
    return nil
  }

  /// Whether a step that ended by itself like this ended because of a limit. A shell says that a signal
  /// ended its command by the exit code 128 + signal.
  public func verdict(
    exitCode: Int32, signal: Int32, ranOutOfMemory: Bool = false, ranOutOfProcesses: Bool = false
  ) -> String? {
    guard exitCode != 0 else { return nil }
    let ended = signal != 0 ? signal : exitCode - 128
    if let limit = limits.cpuSeconds, ended == Self.cpuSignal { return Self.cpu(limit) }
    if let limit = limits.fileBytes, ended == Self.fileSignal { return Self.file(limit) }
    if let limit = limits.memoryBytes, ranOutOfMemory { return Self.memory(limit) }
    if let limit = limits.processes, ranOutOfProcesses { return Self.processes(limit) }
    return nil
  }

  /// SIGXCPU and SIGXFSZ.
  private static let cpuSignal: Int32 = 24
  private static let fileSignal: Int32 = 25

  private static func memory(_ limit: UInt64) -> String { "memory limit of \(size(limit))" }
  private static func processes(_ limit: UInt64) -> String { "process limit of \(limit)" }
  private static func cpu(_ limit: UInt64) -> String { "processor time limit of \(limit) s" }
  private static func file(_ limit: UInt64) -> String { "file size limit of \(size(limit))" }

  /// In the largest unit that leaves a whole number.
  private static func size(_ bytes: UInt64) -> String {
    if bytes == 0 { return "0 bytes" }
    if bytes & (1 << 30 - 1) == 0 { return "\(bytes >> 30) GiB" }
    if bytes & (1 << 20 - 1) == 0 { return "\(bytes >> 20) MiB" }
    return bytes & (1 << 10 - 1) == 0 ? "\(bytes >> 10) KiB" : "\(bytes) bytes"
  }
}
