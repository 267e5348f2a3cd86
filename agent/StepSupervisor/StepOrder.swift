/// What the agent tells a step supervisor, through a file in memory and never through its arguments:
/// it may hold secrets.
public struct StepOrder: Sendable, Hashable {
  /// argv, complete; the script's path is already in its places.
  public var arguments: [String]
  /// The whole environment of the step, each entry `NAME=VALUE`. A list, because the supervisor's start
  /// must not pay for a dictionary's runtime metadata.
  public var environment: [String]
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
    arguments: [String], environment: [String] = [], workingDirectory: String? = nil,
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
    for entry in environment { out.record(.variable, entry.utf8) }
    if let workingDirectory { out.record(.workingDirectory, workingDirectory.utf8) }
    if let standardInput { out.record(.standardInput, standardInput) }
    if let script { out.record(.script, script) }
    if let scriptPath { out.record(.scriptPath, scriptPath.utf8) }
    out.record(.grace, graceMilliseconds.littleBytes)
    if let timeoutMilliseconds { out.record(.timeout, timeoutMilliseconds.littleBytes) }
    out.record(.bootID, bootID.utf8)
    return out
  }

  /// The bytes are no order.
  public struct Malformed: Error, Hashable {}

  /// Reads an order; an unknown field is skipped.
  ///
  /// Plain pointers, a thrown error instead of an optional, and no generic code: what the runtime looks up for each generic
  /// type that is used for the first time was a good part of the supervisor's start.
  public init(bytes: [UInt8]) throws(Malformed) {
    self.init(arguments: [], bootID: "")
    let isWhole = bytes.withUnsafeBytes { raw in
      var position = 0
      while position < raw.count {
        guard raw.count - position >= 5 else { return false }
        let length = Int(
          UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: position + 1, as: UInt32.self)))
        let start = position + 5
        guard raw.count - start >= length else { return false }
        let value = UnsafeRawBufferPointer(rebasing: raw[start..<(start + length)])
        if let field = Field(rawValue: raw[position]) { take(field, value) }
        position = start + length
      }
      return true
    }
    if !isWhole || arguments.isEmpty { throw Malformed() }
  }

  fileprivate enum Field: UInt8 {
    case argument = 1
    case variable, workingDirectory, standardInput, script, scriptPath, grace, timeout, bootID
  }

  private mutating func take(_ field: Field, _ value: UnsafeRawBufferPointer) {
    switch field {
    case .argument: arguments.append(Self.text(value))
    case .variable: environment.append(Self.text(value))
    case .workingDirectory: workingDirectory = Self.text(value)
    case .standardInput: standardInput = [UInt8](value)
    case .script: script = [UInt8](value)
    case .scriptPath: scriptPath = Self.text(value)
    case .grace: graceMilliseconds = Self.number(value)
    case .timeout: timeoutMilliseconds = Self.number(value)
    case .bootID: bootID = Self.text(value)
    }
  }

  private static func text(_ value: UnsafeRawBufferPointer) -> String {
    String(decoding: value.bindMemory(to: UInt8.self), as: UTF8.self)
  }

  private static func number(_ value: UnsafeRawBufferPointer) -> UInt64 {
    guard value.count == 8 else { return 0 }
    return UInt64(littleEndian: value.loadUnaligned(as: UInt64.self))
  }
}

extension FixedWidthInteger {
  fileprivate var littleBytes: [UInt8] { withUnsafeBytes(of: littleEndian) { Array($0) } }
}

extension [UInt8] {
  fileprivate mutating func record(_ field: StepOrder.Field, _ value: some Collection<UInt8>) {
    append(field.rawValue)
    append(contentsOf: UInt32(value.count).littleBytes)
    append(contentsOf: value)
  }
}
