/// The most that a step may use. What is nil is not limited. The stricter of what a job and what the agent
/// says counts.
public struct StepLimits: WireMessage {
  /// Memory of the step's whole tree in bytes.
  public var memoryBytes: UInt64?
  /// Processor time per time that passes, in thousandths of one processor: 1500 is one and a half.
  public var cpuPermille: UInt64?
  /// Processor time in seconds.
  public var cpuSeconds: UInt64?
  /// Processes and threads of the step's whole tree at once.
  public var processes: UInt64?
  /// Open files of each process.
  public var openFiles: UInt64?
  /// The largest file that a process may write, in bytes.
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

  /// Whether nothing is limited.
  public var isEmpty: Bool { self == StepLimits() }

  /// Of each limit the lower one.
  public func stricter(_ other: StepLimits) -> StepLimits {
    StepLimits(
      memoryBytes: Self.lower(memoryBytes, other.memoryBytes),
      cpuPermille: Self.lower(cpuPermille, other.cpuPermille),
      cpuSeconds: Self.lower(cpuSeconds, other.cpuSeconds),
      processes: Self.lower(processes, other.processes),
      openFiles: Self.lower(openFiles, other.openFiles),
      fileBytes: Self.lower(fileBytes, other.fileBytes))
  }

  private static func lower(_ one: UInt64?, _ other: UInt64?) -> UInt64? {
    guard let one, let other else { return one ?? other }
    return min(one, other)
  }

  public func encode(into encoder: inout WireEncoder) {
    if let memoryBytes { encoder.field(1, memoryBytes) }
    if let cpuPermille { encoder.field(2, cpuPermille) }
    if let cpuSeconds { encoder.field(3, cpuSeconds) }
    if let processes { encoder.field(4, processes) }
    if let openFiles { encoder.field(5, openFiles) }
    if let fileBytes { encoder.field(6, fileBytes) }
  }

  public init(from decoder: inout WireDecoder) throws(WireError) {
    self.init()
    while let field = try decoder.next() {
      switch field.number {
      case 1: memoryBytes = try field.unsigned
      case 2: cpuPermille = try field.unsigned
      case 3: cpuSeconds = try field.unsigned
      case 4: processes = try field.unsigned
      case 5: openFiles = try field.unsigned
      case 6: fileBytes = try field.unsigned
      default: continue
      }
    }
  }
}
