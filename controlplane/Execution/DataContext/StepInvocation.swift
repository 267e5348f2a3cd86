import Model

/// What is to be started on a node for one step. The character U+0000 in an argument stands for the
/// path of the script's file, which only the agent knows.
struct StepInvocation: Sendable, Hashable {
  var arguments: [String]
  var script: [UInt8]?
  var scriptExtension: String?
  var environment: [String: String]
  var standardInput: [UInt8]?

  /// - Throws: `StepInvocationError` for a step that this version cannot run.
  init(_ step: WorkflowStep, in context: DataContext) throws(StepInvocationError) {
    switch step.kind {
    case .exec(let command): self.init(command: command, in: context)
    case .script(let script): try self.init(script, in: context)
    case .other(let other): throw .unsupported(type: other.type)
    }
  }

  private init(command: String, in context: DataContext) {
    let line = ShellQuoting.expand(command, ReferenceExpansion(context: context))
    arguments = ["/bin/sh", "-c", line]
    environment = context.environment()
  }

  private init(_ step: ScriptStep, in context: DataContext) throws(StepInvocationError) {
    let secure = SecureInput(step, context)
    let text = ScriptInvocation.text(of: step, in: context)
    script = Array(secure.prepared(text).utf8)
    scriptExtension = step.fileExtension.flatMap(ScriptInvocation.extension(of:))
    environment = context.environment(withSecureOptions: !step.passSecureInput)
    standardInput = secure.input
    let expansion = ReferenceExpansion(context: context)
    do throws(ArgumentLineError) {
      let interpreter = try ScriptInvocation.words(step.interpreter ?? "", expansion)
      arguments = ScriptInvocation.arguments(
        interpreter: interpreter.isEmpty
          ? ScriptInvocation.defaultInterpreter(of: text) : interpreter,
        argsQuoted: step.interpreterArgsQuoted && !interpreter.isEmpty,
        args: try ScriptInvocation.words(step.arguments ?? "", expansion))
    } catch {
      throw .arguments(error)
    }
  }
}

/// Why a step cannot be started.
enum StepInvocationError: Error, Sendable, Hashable, CustomStringConvertible {
  /// A kind of step that this version keeps but does not run.
  case unsupported(type: String)
  /// The arguments or the interpreter of a script cannot be read.
  case arguments(ArgumentLineError)

  var description: String {
    switch self {
    case .unsupported(let type): "this version does not know how to run steps of type \"\(type)\""
    case .arguments(let error): "\(error)"
    }
  }
}
