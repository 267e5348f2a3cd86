/// Everything that an agent needs to start one step.
public struct StepSpecification: WireMessage {
  /// argv. The character U+0000 inside an argument stands for the script file's path.
  public var arguments: [String]
  /// Written to a file of mode 0700 next to the spool, removed when the step has ended.
  public var script: [UInt8]?
  /// What the script file's name ends with, without the dot.
  public var scriptExtension: String?
  /// Added to the agent's own small environment; wins over it.
  public var environment: [String: String]
  public var workingDirectory: String?
  /// Without it the step reads from `/dev/null`.
  public var standardInput: [UInt8]?
  /// From SIGTERM to SIGKILL when the step is killed or its time is over.
  public var graceMilliseconds: UInt64
  /// The longest time that the step may take.
  public var timeoutMilliseconds: UInt64?

  public init(
    arguments: [String], script: [UInt8]? = nil, scriptExtension: String? = nil,
    environment: [String: String] = [:], workingDirectory: String? = nil,
    standardInput: [UInt8]? = nil, graceMilliseconds: UInt64 = 5000,
    timeoutMilliseconds: UInt64? = nil
  ) {
    self.arguments = arguments
    self.script = script
    self.scriptExtension = scriptExtension
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.standardInput = standardInput
    self.graceMilliseconds = graceMilliseconds
    self.timeoutMilliseconds = timeoutMilliseconds
  }

  public func encode(into encoder: inout WireEncoder) {
    for argument in arguments { encoder.field(1, argument) }
    if let script { encoder.field(2, script) }
    if let scriptExtension { encoder.field(3, scriptExtension) }
    for (name, value) in environment.sorted(by: { $0.key < $1.key }) {
      encoder.field(4, WirePair(name: name, value: value))
    }
    if let workingDirectory { encoder.field(5, workingDirectory) }
    if let standardInput { encoder.field(6, standardInput) }
    encoder.field(7, graceMilliseconds)
    if let timeoutMilliseconds { encoder.field(8, timeoutMilliseconds) }
  }

  public init(from decoder: inout WireDecoder) throws(WireError) {
    self.init(arguments: [])
    while let field = try decoder.next() {
      switch field.number {
      case 1: arguments.append(try field.text)
      case 2: script = Array(try field.bytes)
      case 3: scriptExtension = try field.text
      case 4:
        let pair = try WirePair(bytes: field.bytes)
        environment[pair.name] = pair.value
      case 5: workingDirectory = try field.text
      case 6: standardInput = Array(try field.bytes)
      case 7: graceMilliseconds = try field.unsigned
      case 8: timeoutMilliseconds = try field.unsigned
      default: continue
      }
    }
    if arguments.isEmpty { throw .missing("arguments") }
  }
}
