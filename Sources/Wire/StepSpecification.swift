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
  /// The project that the step runs for; the agent's own policy may name those that it works for.
  public var project: String?
  /// The user that the step runs as; without it the one that the agent's configuration says, else the agent's.
  public var runAs: String?
  /// What the job allows the step to use.
  public var limits: StepLimits
  /// Whether processes that are left when the step's own has ended may live on.
  public var leavesChildren: Bool
  /// What must not be seen in the step's output.
  public var secrets: [[UInt8]]
  /// Files that the step is given.
  public var files: [StepFile]

  public init(
    arguments: [String], script: [UInt8]? = nil, scriptExtension: String? = nil,
    environment: [String: String] = [:], workingDirectory: String? = nil,
    standardInput: [UInt8]? = nil, graceMilliseconds: UInt64 = 5000,
    timeoutMilliseconds: UInt64? = nil, project: String? = nil, runAs: String? = nil,
    limits: StepLimits = StepLimits(), leavesChildren: Bool = false, secrets: [[UInt8]] = [],
    files: [StepFile] = []
  ) {
    self.arguments = arguments
    self.script = script
    self.scriptExtension = scriptExtension
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.standardInput = standardInput
    self.graceMilliseconds = graceMilliseconds
    self.timeoutMilliseconds = timeoutMilliseconds
    self.project = project
    self.runAs = runAs
    self.limits = limits
    self.leavesChildren = leavesChildren
    self.secrets = secrets
    self.files = files
  }
}

extension StepSpecification {
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
    if let project { encoder.field(9, project) }
    if let runAs { encoder.field(10, runAs) }
    if !limits.isEmpty { encoder.field(11, limits) }
    if leavesChildren { encoder.field(12, true) }
    for secret in secrets { encoder.field(13, secret) }
    for file in files { encoder.field(14, file) }
  }

  public init(from decoder: inout WireDecoder) throws(WireError) {
    self.init(arguments: [])
    while let field = try decoder.next() { try take(field) }
    if arguments.isEmpty { throw .missing("arguments") }
  }

  private mutating func take(_ field: WireDecoder.Field) throws(WireError) {
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
    case 9: project = try field.text
    case 10: runAs = try field.text
    case 11: limits = try StepLimits(bytes: field.bytes)
    case 12: leavesChildren = try field.bool
    case 13: secrets.append(Array(try field.bytes))
    case 14: files.append(try StepFile(bytes: field.bytes))
    default: return
    }
  }
}
