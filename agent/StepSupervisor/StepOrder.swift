/// What the agent tells a step supervisor, through a file in memory and never through its arguments:
/// it may hold secrets.
public struct StepOrder: Sendable, Hashable {
  /// argv, complete; the script's path is already in its places.
  public var arguments: [String]
  /// The whole environment of the step.
  public var environment: [String: String]
  public var workingDirectory: String?
  public var standardInput: [UInt8]?
  public var script: [UInt8]?
  /// Where the script is written to, mode 0700, and removed from at the end.
  public var scriptPath: String?
  /// From SIGTERM to SIGKILL.
  public var graceMilliseconds: UInt64
  public var timeoutMilliseconds: UInt64?
  /// Of this boot of the host.
  public var bootID: String

  public init(
    arguments: [String], environment: [String: String] = [:], workingDirectory: String? = nil,
    standardInput: [UInt8]? = nil, script: [UInt8]? = nil, scriptPath: String? = nil,
    graceMilliseconds: UInt64 = 5000, timeoutMilliseconds: UInt64? = nil, bootID: String
  ) {
    self.arguments = arguments
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.standardInput = standardInput
    self.script = script
    self.scriptPath = scriptPath
    self.graceMilliseconds = graceMilliseconds
    self.timeoutMilliseconds = timeoutMilliseconds
    self.bootID = bootID
  }
}

extension StepOrder {
  /// The order as records of u8 field, u32 length (little endian) and so many bytes.
  public var bytes: [UInt8] {
    var out: [UInt8] = []
    for argument in arguments { out.record(.argument, argument.utf8) }
    for (name, value) in environment { out.record(.variable, "\(name)=\(value)".utf8) }
    if let workingDirectory { out.record(.workingDirectory, workingDirectory.utf8) }
    if let standardInput { out.record(.standardInput, standardInput) }
    if let script { out.record(.script, script) }
    if let scriptPath { out.record(.scriptPath, scriptPath.utf8) }
    out.record(.grace, graceMilliseconds.littleBytes)
    if let timeoutMilliseconds { out.record(.timeout, timeoutMilliseconds.littleBytes) }
    out.record(.bootID, bootID.utf8)
    return out
  }

  /// Reads an order, or returns nil when the bytes are none. An unknown field is skipped.
  public init?(bytes: [UInt8]) {
    self.init(arguments: [], bootID: "")
    var position = 0
    while position < bytes.count {
      guard bytes.count - position >= 5 else { return nil }
      let length = Int(UInt32(littleBytes: bytes[(position + 1)..<(position + 5)]))
      let start = position + 5
      guard bytes.count - start >= length else { return nil }
      if let field = Field(rawValue: bytes[position]) {
        take(field, bytes[start..<start + length])
      }
      position = start + length
    }
    if arguments.isEmpty { return nil }
  }

  fileprivate enum Field: UInt8 {
    case argument = 1
    case variable, workingDirectory, standardInput, script, scriptPath, grace, timeout, bootID
  }

  private mutating func take(_ field: Field, _ value: ArraySlice<UInt8>) {
    switch field {
    case .argument: arguments.append(String(decoding: value, as: UTF8.self))
    case .variable:
      let split = value.firstIndex(of: UInt8(ascii: "=")) ?? value.endIndex
      let name = String(decoding: value[..<split], as: UTF8.self)
      environment[name] = String(decoding: value[split...].dropFirst(), as: UTF8.self)
    case .workingDirectory: workingDirectory = String(decoding: value, as: UTF8.self)
    case .standardInput: standardInput = Array(value)
    case .script: script = Array(value)
    case .scriptPath: scriptPath = String(decoding: value, as: UTF8.self)
    case .grace: graceMilliseconds = UInt64(littleBytes: value)
    case .timeout: timeoutMilliseconds = UInt64(littleBytes: value)
    case .bootID: bootID = String(decoding: value, as: UTF8.self)
    }
  }
}

extension FixedWidthInteger {
  fileprivate var littleBytes: [UInt8] { withUnsafeBytes(of: littleEndian) { Array($0) } }

  fileprivate init(littleBytes bytes: ArraySlice<UInt8>) {
    self = bytes.reversed().reduce(0) { $0 << 8 | Self($1) }
  }
}

extension [UInt8] {
  fileprivate mutating func record(_ field: StepOrder.Field, _ value: some Collection<UInt8>) {
    append(field.rawValue)
    append(contentsOf: UInt32(value.count).littleBytes)
    append(contentsOf: value)
  }
}
