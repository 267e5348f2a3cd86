/// What a step may use of its host. A step that goes over a limit ends with reason `limitExceeded` and the
/// limit's text, unless its main process succeeded all the same.
///
/// What each limit means depends on whether the step has a cgroup with the controller for it:
public struct StepLimitOrder: Sendable, Hashable {
  /// Memory of the whole tree in bytes. With the memory controller: `memory.max`, and the kernel ends the
  /// whole step when it is reached. Without: the private memory of the tree (proportional set size of
  /// anonymous pages) is looked at up to five times a second, and a step found above it is ended by SIGKILL;
  /// a peak between two looks is not seen.
  public var memoryBytes: UInt64?
  /// Processor time per time that passes, in thousandths of one processor. With the cpu controller:
  /// `cpu.max`, the step becomes slower and does not fail. Without: not enforced; a notice says so.
  public var cpuPermille: UInt64?
  /// Processor time in seconds of the whole tree, those that ended included: SIGTERM, and SIGKILL after the
  /// grace. Each single process has the same as RLIMIT_CPU (SIGXCPU; SIGKILL five seconds later).
  public var cpuSeconds: UInt64?
  /// Processes and threads of the whole tree at once. With the pids controller: `pids.max`, and `fork`
  /// fails; the step then exceeded its limit if it failed. Without: the tree is looked at up to five times a
  /// second, and a step found above it is ended by SIGKILL; for a user other than root RLIMIT_NPROC holds a
  /// fork bomb back between two looks.
  public var processes: UInt64?
  /// RLIMIT_NOFILE of each process. `open` fails; what a program makes of that is its own failure.
  public var openFiles: UInt64?
  /// RLIMIT_FSIZE of each process: the largest file that it may write, in bytes. SIGXFSZ ends the process
  /// that goes over it.
  public var fileBytes: UInt64?

  public init(
    memoryBytes: UInt64? = nil, cpuPermille: UInt64? = nil, cpuSeconds: UInt64? = nil,
    processes: UInt64? = nil, openFiles: UInt64? = nil, fileBytes: UInt64? = nil
  ) {
    self.memoryBytes = memoryBytes
    self.cpuPermille = cpuPermille
    self.cpuSeconds = cpuSeconds
    self.processes = processes
    self.openFiles = openFiles
    self.fileBytes = fileBytes
  }
}
