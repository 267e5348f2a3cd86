import Model

/// Turns a `Job` into the tree that the YAML and JSON formats write, keys in alphabetical order.
enum JobEncoder {
  static func value(of job: Job) -> JobValue {
    var keys = job.kept
    if let id = job.id {
      keys["id"] = .text(id.text)
      keys["uuid"] = .text(id.text)
    }
    keys["name"] = .text(job.name)
    if !job.group.isEmpty { keys["group"] = .text(job.group) }
    keys["description"] = .text(job.description)
    keys["loglevel"] = .text(job.loglevel.rawValue)
    keys["sequence"] = sequence(of: job.workflow)
    if !job.options.isEmpty { keys["options"] = .list(job.options.map(option)) }
    addSwitches(of: job, to: &keys)
    return sorted(keys)
  }

  private static func addSwitches(of job: Job, to keys: inout [String: JobValue]) {
    keys["executionEnabled"] = .boolean(job.executionEnabled)
    keys["scheduleEnabled"] = .boolean(job.scheduleEnabled)
    keys["nodeFilterEditable"] = .boolean(job.nodeFilterEditable)
    if job.multipleExecutions { keys["multipleExecutions"] = .boolean(true) }
    keys["maxMultipleExecutions"] = job.maxMultipleExecutions.map(JobValue.text)
    keys["timeout"] = job.timeout.map(JobValue.text)
    if let dispatch = job.nodeFilter { keys["nodefilters"] = nodeFilters(dispatch) }
    if job.nodeFilter != nil || !job.nodesSelectedByDefault {
      keys["nodesSelectedByDefault"] = .boolean(job.nodesSelectedByDefault)
    }
  }

  private static func nodeFilters(_ dispatch: NodeDispatch) -> JobValue {
    var settings: [String: JobValue] = [
      "excludePrecedence": .boolean(dispatch.excludePrecedence),
      "keepgoing": .boolean(dispatch.keepgoing),
      "rankOrder": .text(dispatch.rankOrder.rawValue),
      "successOnEmptyNodeFilter": .boolean(dispatch.successOnEmptyNodeFilter),
      "threadcount": .text(dispatch.threadcount),
    ]
    settings["rankAttribute"] = dispatch.rankAttribute.map(JobValue.text)
    var keys = ["dispatch": sorted(settings), "filter": .text(dispatch.filter)]
    keys["filterExclude"] = dispatch.excludeFilter.map(JobValue.text)
    return sorted(keys)
  }

  private static func sequence(of workflow: Workflow) -> JobValue {
    var keys = workflow.kept
    keys["commands"] = .list(workflow.steps.map { step($0, isHandler: false) })
    keys["keepgoing"] = .boolean(workflow.keepgoing)
    keys["strategy"] = .text(workflow.strategy.name)
    return sorted(keys)
  }

  private static func step(_ step: WorkflowStep, isHandler: Bool) -> JobValue {
    var keys = step.kept
    switch step.kind {
    case .exec(let command): keys["exec"] = .text(command)
    case .script(let script): add(script, to: &keys)
    case .other(let other): keys.merge(other.definition) { own, _ in own }
    }
    keys["description"] = step.description.map(JobValue.text)
    if let handler = step.errorHandler {
      keys["errorhandler"] = self.step(handler, isHandler: true)
    }
    if isHandler || step.keepgoingOnSuccess {
      keys["keepgoingOnSuccess"] = .boolean(step.keepgoingOnSuccess)
    }
    return sorted(keys)
  }

  private static func add(_ script: ScriptStep, to keys: inout [String: JobValue]) {
    keys["script"] = .text(script.text)
    keys["args"] = script.arguments.map(JobValue.text)
    keys["scriptInterpreter"] = script.interpreter.map(JobValue.text)
    if script.interpreter != nil || script.interpreterArgsQuoted {
      keys["interpreterArgsQuoted"] = .boolean(script.interpreterArgsQuoted)
    }
    keys["fileExtension"] = script.fileExtension.map(JobValue.text)
    if !script.expandTokens { keys["expandTokenInScriptFile"] = .boolean(false) }
    if script.passSecureInput { keys["passSecureInput"] = .boolean(true) }
    if script.autoSecureInput { keys["autoSecureInput"] = .boolean(true) }
    keys["secureFormat"] = script.secureFormat.map(JobValue.text)
  }

  private static func option(_ option: JobOption) -> JobValue {
    var keys = option.kept
    let texts = [
      "label": option.label, "description": option.description, "type": option.type,
      "value": option.defaultValue, "valuesListDelimiter": option.valuesListDelimiter,
      "valuesUrl": option.valuesUrl, "regex": option.regex, "delimiter": option.delimiter,
      "storagePath": option.storagePath, "dateFormat": option.dateFormat, "name": option.name,
    ]
    for (key, text) in texts { if let text { keys[key] = .text(text) } }
    let flags = [
      "required": option.required, "enforced": option.enforced, "hidden": option.hidden,
      "multivalued": option.multivalued, "multivalueAllSelected": option.multivalueAllSelected,
      "secure": option.secure, "valueExposed": option.valueExposed, "isDate": option.isDate,
      "sortValues": option.sortValues,
    ]
    for (key, flag) in flags where flag { keys[key] = .boolean(true) }
    keys["values"] = option.values.map { .list($0.map(JobValue.text)) }
    keys["sortIndex"] = option.sortIndex.map { .number(String($0)) }
    return sorted(keys)
  }

  private static func sorted(_ keys: [String: JobValue]) -> JobValue {
    .map(keys.map { JobEntry($0.key, $0.value) }.sorted { $0.key < $1.key })
  }
}
