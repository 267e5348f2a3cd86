/// One step of a workflow, or the handler of another step's failure.
public struct WorkflowStep: Sendable, Hashable, Codable {
  public var description: String?
  public var kind: StepKind
  /// Only in an error handler: go on after it succeeded, even when the workflow's keepgoing is false.
  public var keepgoingOnSuccess: Bool
  /// Documented keys that have no property here, such as `plugins` (log filters).
  public var kept: [String: JobValue]
  // An array because a struct cannot hold itself; never more than one.
  private var errorHandlers: [WorkflowStep]

  /// Whether it is run at all (`enabled`).
  public var isEnabled: Bool { kept["enabled"]?.scalarText?.lowercased() != "false" }

  /// What runs when this step fails. A handler itself has none.
  public var errorHandler: WorkflowStep? {
    get { errorHandlers.first }
    set { errorHandlers = newValue.map { [$0] } ?? [] }
  }

  public init(
    _ kind: StepKind, description: String? = nil, errorHandler: WorkflowStep? = nil,
    keepgoingOnSuccess: Bool = false, kept: [String: JobValue] = [:]
  ) {
    self.kind = kind
    self.description = description
    self.keepgoingOnSuccess = keepgoingOnSuccess
    self.kept = kept
    self.errorHandlers = errorHandler.map { [$0] } ?? []
  }
}

/// What a step does.
public enum StepKind: Sendable, Hashable, Codable {
  /// A command line for the shell.
  case exec(String)
  /// A script that the definition holds.
  case script(ScriptStep)
  /// Any other step, as its definition has it; what it does is found by its type when it runs.
  case other(OtherStep)

  /// The name of this kind in messages and in the state document: `exec`, `script`, `jobref`, or the
  /// type of a plugin.
  public var typeName: String {
    switch self {
    case .exec: "exec"
    case .script: "script"
    case .other(let step): step.type
    }
  }
}

/// An inline script and how it is started.
public struct ScriptStep: Sendable, Hashable, Codable {
  /// The script itself, byte for byte.
  public var text: String
  /// Arguments as one line, before the expansion of references.
  public var arguments: String?
  /// What starts the script, for example `sudo -u app bash`; nil starts the file itself.
  public var interpreter: String?
  /// Whether the interpreter gets script and arguments as one quoted argument.
  public var interpreterArgsQuoted: Bool
  /// Of the script's file, with or without its dot.
  public var fileExtension: String?
  /// Whether `@option.x@` in the text is replaced.
  public var expandTokens: Bool
  /// Whether secure options go to the script's standard input.
  public var passSecureInput: Bool
  /// Whether the script is made to read them by itself.
  public var autoSecureInput: Bool
  /// How they are written there; `shell` is known.
  public var secureFormat: String?

  public init(
    text: String, arguments: String? = nil, interpreter: String? = nil,
    interpreterArgsQuoted: Bool = false, fileExtension: String? = nil, expandTokens: Bool = true,
    passSecureInput: Bool = false, autoSecureInput: Bool = false, secureFormat: String? = nil
  ) {
    self.text = text
    self.arguments = arguments
    self.interpreter = interpreter
    self.interpreterArgsQuoted = interpreterArgsQuoted
    self.fileExtension = fileExtension
    self.expandTokens = expandTokens
    self.passSecureInput = passSecureInput
    self.autoSecureInput = autoSecureInput
    self.secureFormat = secureFormat
  }
}

/// A step of a kind that has no type of its own here.
public struct OtherStep: Sendable, Hashable, Codable {
  /// `scriptfile`, `scripturl`, `jobref`, `conditional` or the plugin's type.
  public var type: String
  /// Whether it runs once for each node; false means once in the workflow.
  public var nodeStep: Bool
  /// The step's keys as written, without `description` and `errorhandler`.
  public var definition: [String: JobValue]

  public init(type: String, nodeStep: Bool, definition: [String: JobValue]) {
    self.type = type
    self.nodeStep = nodeStep
    self.definition = definition
  }
}
