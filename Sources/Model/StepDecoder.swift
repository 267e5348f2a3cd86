/// Turns `sequence`, in the shape that the YAML and JSON formats have, into a `Workflow`.
public enum StepDecoder {
  /// - Throws: `JobProblem` for the first thing that cannot be read; values are judged elsewhere.
  public static func workflow(_ value: JobValue) throws(JobProblem) -> Workflow {
    var fields = try DefinitionFields(value, path: "sequence")
    let commands = fields.take("commands")
    guard let commands, commands != .list([]) else {
      throw JobProblem(field: "sequence.commands", message: "a job must have at least one step")
    }
    guard case .list(let items) = commands else {
      throw JobProblem(
        field: "sequence.commands", message: "expected a list of steps, found \(commands.kindName)")
    }
    var workflow = Workflow(steps: [])
    workflow.keepgoing = try fields.flag("keepgoing") ?? false
    workflow.strategy = try fields.text("strategy").map(WorkflowStrategy.init) ?? .nodeFirst
    workflow.kept = fields.kept(["pluginConfig"])
    for (index, item) in items.enumerated() {
      workflow.steps.append(try step(item, path: "sequence.commands[\(index)]"))
    }
    try fields.refuseRest()
    return workflow
  }

  /// One step with its error handler.
  ///
  /// - Throws: `JobProblem` for the first thing that cannot be read; values are judged elsewhere.
  public static func step(
    _ value: JobValue, path: String, isHandler: Bool = false
  ) throws(JobProblem) -> WorkflowStep {
    var fields = try DefinitionFields(value, path: path)
    let description = try fields.text("description")
    let handler = fields.take("errorhandler")
    if isHandler, handler != nil {
      throw JobProblem(
        field: fields.field("errorhandler"), message: "an error handler cannot have one itself")
    }
    let keepgoing = try fields.flag("keepgoingOnSuccess") ?? false
    let plugins = fields.kept(StepConduct.stepKeys.union(["plugins", "enabled"]))
    var step = WorkflowStep(
      try kind(&fields), description: description, keepgoingOnSuccess: keepgoing, kept: plugins)
    if let handler {
      step.errorHandler = try self.step(handler, path: path + ".errorhandler", isHandler: true)
    }
    try fields.refuseRest()
    return step
  }

  private static func kind(_ fields: inout DefinitionFields) throws(JobProblem) -> StepKind {
    let kinds = ["exec", "script", "scriptfile", "scripturl", "jobref", "type"]
    let present = kinds.filter(fields.has)
    guard let first = present.first else {
      throw JobProblem(
        field: fields.path, message: "a step needs one of: \(kinds.joined(separator: ", "))")
    }
    guard present.count == 1 else {
      throw JobProblem(
        field: fields.path,
        message: "a step is only one of: \(present.joined(separator: ", "))")
    }
    switch first {
    case "exec": return .exec(try fields.text("exec") ?? "")
    case "script": return .script(try script(&fields))
    case "scriptfile", "scripturl":
      return .other(try external(first, &fields))
    case "jobref": return .other(try jobReference(&fields))
    default: return .other(try plugin(&fields))
    }
  }

  private static func script(_ fields: inout DefinitionFields) throws(JobProblem) -> ScriptStep {
    let text = try fields.text("script") ?? ""
    var step = try start(&fields)
    step.text = text
    return step
  }

  /// Takes the keys that say how a script is started, wherever it comes from.
  static func start(_ fields: inout DefinitionFields) throws(JobProblem) -> ScriptStep {
    var step = ScriptStep(text: "")
    step.arguments = try fields.text("args")
    step.interpreter = try fields.text("scriptInterpreter")
    step.interpreterArgsQuoted = try fields.flag("interpreterArgsQuoted") ?? false
    step.fileExtension = try fields.text("fileExtension")
    step.expandTokens = try fields.flag("expandTokenInScriptFile") ?? true
    step.passSecureInput = try fields.flag("passSecureInput") ?? false
    step.autoSecureInput = try fields.flag("autoSecureInput") ?? false
    step.secureFormat = try fields.text("secureFormat")
    return step
  }

  private static let scriptKeys: Set<String> = [
    "args", "scriptInterpreter", "fileExtension", "secureFormat",
  ]

  private static func external(
    _ kind: String, _ fields: inout DefinitionFields
  ) throws(JobProblem) -> OtherStep {
    let place = try fields.text(kind) ?? ""
    var definition: [String: JobValue] = [:]
    for flag in [
      "interpreterArgsQuoted", "expandTokenInScriptFile", "passSecureInput", "autoSecureInput",
    ] {
      if let value = try fields.flag(flag) { definition[flag] = .boolean(value) }
    }
    definition.merge(fields.kept(scriptKeys)) { own, _ in own }
    definition[kind] = .text(place)
    return OtherStep(type: kind, nodeStep: true, definition: definition)
  }

  private static let referenceKeys: Set<String> = [
    "name", "group", "uuid", "project", "args", "nodeStep", "nodefilters", "importOptions",
    "failOnDisable", "childNodes", "ignoreNotifications", "useName", "nodeIntersect",
  ]

  private static func jobReference(
    _ fields: inout DefinitionFields
  ) throws(JobProblem) -> OtherStep {
    let path = fields.field("jobref")
    guard let reference = fields.take("jobref") else {
      throw JobProblem(field: path, message: "a job reference must name a job")
    }
    var inner = try DefinitionFields(reference, path: path)
    guard inner.has("name") || inner.has("uuid") else {
      throw JobProblem(field: path, message: "a job reference needs a name or a uuid")
    }
    var definition = inner.kept(referenceKeys)
    try inner.refuseRest()
    definition["nodefilters"] = definition["nodefilters"]?.canonicalNodeFilters
    let nodeStep = ["true", "yes", "on"]
      .contains(definition["nodeStep"]?.scalarText?.lowercased())
    let entries = definition.map { JobEntry($0.key, $0.value) }.sorted { $0.key < $1.key }
    return OtherStep(type: "jobref", nodeStep: nodeStep, definition: ["jobref": .map(entries)])
  }

  private static func plugin(_ fields: inout DefinitionFields) throws(JobProblem) -> OtherStep {
    let type = try fields.text("type") ?? ""
    guard !type.isEmpty else {
      throw JobProblem(field: fields.field("type"), message: "a plugin step must name its type")
    }
    let nodeStep = try fields.flag("nodeStep") ?? false
    let form = ConditionalStep.Form(rawValue: type)
    let inverted = form == .logic ? try fields.flag("invertLogic") : nil
    var definition = fields.kept((form?.keys ?? []).union(["configuration"]))
    definition["invertLogic"] = inverted.map { .boolean($0) }
    // Settings that are empty are none: XML cannot tell them apart.
    if [.map([]), .text("")].contains(definition["configuration"]) {
      definition["configuration"] = nil
    }
    definition["type"] = .text(type)
    definition["nodeStep"] = .boolean(nodeStep)
    return OtherStep(type: type, nodeStep: nodeStep, definition: definition)
  }
}
