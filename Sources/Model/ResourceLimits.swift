/// The most that a step may use of its host, as a job or a node's attributes say it
/// (`quarterdeck.limits`). What is nil is not limited.
public struct ResourceLimits: Sendable, Hashable {
  /// Bytes of memory of the step's whole tree.
  public var memory: UInt64?
  /// Processor time per time that passes, in thousandths of one processor.
  public var cpuPermille: UInt64?
  /// Processor time in seconds.
  public var cpuSeconds: UInt64?
  /// Processes and threads at once.
  public var processes: UInt64?
  /// Open files of each process.
  public var openFiles: UInt64?
  /// The largest file that may be written, in bytes.
  public var fileBytes: UInt64?

  public init() {}

  /// A value that is no limit.
  public struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
    /// `memory`, `cpu`…
    public let name: String
    public let value: String
    /// What is wrong and what is allowed.
    public let message: String

    public var description: String { "\(name): \(message) (found '\(value)')" }
  }

  /// The limits by their names in definitions: `memory: 512MB`, `cpu: 50%`, `cpu-time: 10m`,
  /// `processes: 100`, `open-files: 1024`, `file-size: 1GB`.
  ///
  /// - Throws: `Problem` for an unknown name or a value that is none.
  public init(_ values: [(name: String, text: String)]) throws(Problem) {
    for (name, text) in values {
      switch name {
      case "memory": memory = try Self.size(name, text, least: 1 << 20)
      case "cpu": cpuPermille = try Self.share(name, text)
      case "cpu-time": cpuSeconds = try Self.seconds(name, text)
      case "processes": processes = try Self.count(name, text, 1...4_194_304)
      case "open-files": openFiles = try Self.count(name, text, 3...1_048_576)
      case "file-size": fileBytes = try Self.size(name, text, least: 1)
      default:
        throw Problem(
          name: name, value: text,
          message:
            "unknown limit; known are memory, cpu, cpu-time, processes, open-files, file-size")
      }
    }
  }

  /// These limits; where one is missing, that of `others`.
  public func filled(from others: ResourceLimits) -> ResourceLimits {
    var filled = self
    filled.memory = memory ?? others.memory
    filled.cpuPermille = cpuPermille ?? others.cpuPermille
    filled.cpuSeconds = cpuSeconds ?? others.cpuSeconds
    filled.processes = processes ?? others.processes
    filled.openFiles = openFiles ?? others.openFiles
    filled.fileBytes = fileBytes ?? others.fileBytes
    return filled
  }
}

extension ResourceLimits {
  private static func size(
    _ name: String, _ text: String, least: UInt64
  ) throws(Problem) -> UInt64 {
    guard let bytes = ByteSize.bytes(in: text), bytes >= least else {
      throw Problem(
        name: name, value: text,
        message: "must be a size of at least \(ByteSize.text(least)), such as 512MB or 1GB")
    }
    return bytes
  }

  /// `50%` is half a processor, `250%` two and a half.
  private static func share(_ name: String, _ text: String) throws(Problem) -> UInt64 {
    let problem = Problem(
      name: name, value: text,
      message: "must be a share of one processor between 1% and 100000%, such as 50% or 250%")
    guard text.hasSuffix("%") else { throw problem }
    let parts = text.dropLast().split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let whole = UInt64(parts[0]), whole <= 100_000 else {
      throw problem
    }
    var permille = whole * 10
    if parts.count == 2 {
      guard parts[1].count == 1, let tenths = UInt64(parts[1]) else { throw problem }
      permille += tenths
    }
    guard (10...1_000_000).contains(permille) else { throw problem }
    return permille
  }

  private static func seconds(_ name: String, _ text: String) throws(Problem) -> UInt64 {
    guard let seconds = JobDuration.seconds(in: text), seconds > 0 else {
      throw Problem(name: name, value: text, message: "must be \(JobDuration.allowed)")
    }
    return UInt64(seconds)
  }

  private static func count(
    _ name: String, _ text: String, _ allowed: ClosedRange<UInt64>
  ) throws(Problem) -> UInt64 {
    guard let number = UInt64(text), allowed.contains(number) else {
      throw Problem(
        name: name, value: text,
        message: "must be a number between \(allowed.lowerBound) and \(allowed.upperBound)")
    }
    return number
  }
}
