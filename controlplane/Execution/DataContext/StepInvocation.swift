import Model

/// What is to be started on a node for one step. The character U+0000 in an argument stands for the
/// path of the script's file, which only the agent knows.
struct StepInvocation: Sendable, Hashable {
  var arguments: [String]
  var script: [UInt8]?
  var scriptExtension: String?
  var environment: [String: String]
  var standardInput: [UInt8]?

  /// The longest command line, in bytes: the kernel takes no longer argument.
  static let longestCommand = 131_071

  /// A command or a script that the definition holds.
  ///
  /// - Throws: `StepInvocationError`, also for a step of another kind.
  init(_ step: WorkflowStep, in context: DataContext) throws(StepInvocationError) {
    switch step.kind {
    case .exec(let command): try self.init(command: command, in: context)
    case .script(let script): try self.init(script, in: context)
    default: throw .unsupported(type: step.kind.typeName)
    }
  }

  /// A command for the shell.
  init(command: String, in context: DataContext) throws(StepInvocationError) {
    let expansion = ReferenceExpansion(context: context, limit: Self.longestCommand)
    let line = try StepInvocationError.expanding { () throws(ExpansionOverrun) in
      try ShellQuoting.expand(command, expansion)
    }
    arguments = ["/bin/sh", "-c", line]
    environment = context.environment()
  }

  /// A script that the definition holds.
  init(_ step: ScriptStep, in context: DataContext) throws(StepInvocationError) {
    try self.init(
      step, script: ScriptInvocation.withoutCarriageReturns(Array(step.text.utf8)), in: context)
  }

  /// A script from anywhere, started as the step says. Its bytes stay as they are unless the step wants its tokens
  /// replaced or to read its secure input by itself.
  init(
    _ step: ScriptStep, script bytes: [UInt8], in context: DataContext
  ) throws(StepInvocationError) {
    let expansion = ReferenceExpansion(context: context)
    let text = try Self.expanded(bytes, step, expansion)
    let secure = SecureInput(step, context)
    script = secure.prepared(text)
    scriptExtension = step.fileExtension.flatMap(ScriptInvocation.extension(of:))
    environment = context.environment(withSecureOptions: !step.passSecureInput)
    standardInput = secure.input
    let interpreter = try ScriptInvocation.words(step.interpreter ?? "", expansion)
    arguments = ScriptInvocation.arguments(
      interpreter: interpreter.isEmpty
        ? ScriptInvocation.defaultInterpreter(of: text) : interpreter,
      argsQuoted: step.interpreterArgsQuoted && !interpreter.isEmpty,
      args: try ScriptInvocation.words(step.arguments ?? "", expansion))
  }

  private static func expanded(
    _ bytes: [UInt8], _ step: ScriptStep, _ expansion: ReferenceExpansion
  ) throws(StepInvocationError) -> [UInt8] {
    guard step.expandTokens, bytes.contains(0x40),
      let text = String(validating: bytes, as: UTF8.self)
    else { return bytes }
    let expanded = try StepInvocationError.expanding { () throws(ExpansionOverrun) in
      try expansion.expandTokens(text)
    }
    return Array(expanded.utf8)
  }
}

/// Why a step cannot be started.
enum StepInvocationError: Error, Sendable, Hashable, CustomStringConvertible {
  /// A kind of step that starts nothing by itself.
  case unsupported(type: String)
  /// The arguments or the interpreter of a script cannot be read.
  case arguments(ArgumentLineError)
  /// A text of the step becomes too long.
  case overrun(ExpansionOverrun)

  var description: String {
    switch self {
    case .unsupported(let type): "this version does not know how to run steps of type \"\(type)\""
    case .arguments(let error): "\(error)"
    case .overrun(let error): "The step cannot be started: \(error)"
    }
  }

  /// The same error as one of a step.
  static func expanding<Text>(
    _ body: () throws(ExpansionOverrun) -> Text
  ) throws(StepInvocationError) -> Text {
    do throws(ExpansionOverrun) {
      return try body()
    } catch {
      throw .overrun(error)
    }
  }
}
