/// A script that the definition does not hold itself (`scriptfile`, `scripturl`). Its texts are as written,
/// references included.
public struct ExternalScript: Sendable, Hashable, Codable {
  public enum Place: Sendable, Hashable, Codable {
    /// A path on the control plane's host.
    case file(String)
    /// An address of http, https or file.
    case url(String)
  }

  public var place: Place
  /// How it is started; its text is empty. Its tokens are replaced only when the step says so, other than those of a
  /// script in the definition.
  public var start: ScriptStep

  public init(_ place: Place, start: ScriptStep = ScriptStep(text: "")) {
    self.place = place
    self.start = start
  }
}

/// What a step does, read whole: every kind of step has its own type here.
public enum StepMeaning: Sendable, Hashable {
  /// A command line for the shell.
  case command(String)
  case script(ScriptStep)
  case externalScript(ExternalScript)
  case reference(JobReference)
  case conditional(ConditionalStep)
  /// A plugin's, once for each node or once in the workflow.
  case plugin(PluginDefinition, isNodeStep: Bool)
}

extension StepKind {
  /// Whether the step runs once for each node; false means once in the workflow.
  public var isNodeStep: Bool {
    switch self {
    case .exec, .script: true
    case .other(let other): other.nodeStep
    }
  }

  /// What the step does. Definitions are checked when they are imported.
  ///
  /// - Parameter path: where the step is, for messages: `sequence.commands[0]`.
  /// - Throws: `JobProblem` for a definition that cannot be carried out.
  public func meaning(path: String = "") throws(JobProblem) -> StepMeaning {
    switch self {
    case .exec(let command): return .command(command)
    case .script(let script): return .script(script)
    case .other(let other): return try other.meaning(path: path)
    }
  }
}

extension OtherStep {
  fileprivate func meaning(path: String) throws(JobProblem) -> StepMeaning {
    let dot = path.isEmpty ? "" : path + "."
    switch type {
    case "jobref":
      return .reference(try JobReference(definition["jobref"] ?? .null, path: dot + "jobref"))
    case "scriptfile", "scripturl": return .externalScript(try externalScript(path))
    default:
      if let form = ConditionalStep.Form(rawValue: type),
        !form.keys.isDisjoint(with: definition.keys)
      {
        return .conditional(
          try ConditionalStep(form, definition, isNodeStep: nodeStep, path: path))
      }
      let configuration = definition["configuration"] ?? .map([])
      let value = JobValue.map([
        JobEntry("type", .text(type)), JobEntry("configuration", configuration),
      ])
      return .plugin(try PluginDefinition(value, path: path), isNodeStep: nodeStep)
    }
  }

  private func externalScript(_ path: String) throws(JobProblem) -> ExternalScript {
    let entries = definition.map { JobEntry($0.key, $0.value) }
    var fields = try DefinitionFields(.map(entries), path: path)
    guard let place = try fields.filledText(type) else {
      throw JobProblem(field: fields.field(type), message: "a script must have a place")
    }
    let expandsTokens = try fields.flag("expandTokenInScriptFile") ?? false
    var start = try StepDecoder.start(&fields)
    start.expandTokens = expandsTokens
    return ExternalScript(type == "scriptfile" ? .file(place) : .url(place), start: start)
  }
}
