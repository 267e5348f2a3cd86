import Model

extension JobGenerator {
  mutating func workflow() -> Workflow {
    var workflow = Workflow(
      keepgoing: flag(),
      strategy: WorkflowStrategy(
        one(of: ["node-first", "sequential", "step-first", "parallel", "ruleset", "custom"])),
      steps: (0..<Int.random(in: 1..<4, using: &random)).map { _ in step() })
    guard flag() else { return workflow }
    let rules = map([workflow.strategy.name: map(["rules": value()])])
    workflow.kept["pluginConfig"] = map([
      "WorkflowStrategy": flag() ? rules : nil, "LogFilter": flag() ? logFilters() : nil,
    ])
    return workflow
  }

  private mutating func logFilters() -> JobValue {
    .list(
      (0..<Int.random(in: 0..<3, using: &random)).map { _ in
        map([
          "type": .text("quiet-output"), "config": flag() ? settings() : nil,
          "other": Int.random(in: 0..<5, using: &random) == 0 ? value() : nil,
        ])
      })
  }

  private mutating func step() -> WorkflowStep {
    var step = plainStep()
    if flag() {
      step.errorHandler = plainStep()
      step.errorHandler?.keepgoingOnSuccess = flag()
    }
    return step
  }

  private mutating func plainStep() -> WorkflowStep {
    var step = WorkflowStep(kind(), description: maybe())
    if flag() { step.kept["plugins"] = map(["LogFilter": logFilters()]) }
    if Int.random(in: 0..<6, using: &random) == 0 { step.kept["enabled"] = .boolean(flag()) }
    if Int.random(in: 0..<6, using: &random) == 0 {
      step.kept["quarterdeck.run-as"] = .text("builder")
    }
    return step
  }

  private mutating func kind() -> StepKind {
    switch Int.random(in: 0..<(hasConditionals ? 7 : 6), using: &random) {
    case 0: return .exec(visible())
    case 1:
      let interpreter = maybe()
      return .script(
        ScriptStep(
          text: visible(), arguments: maybe(), interpreter: interpreter,
          interpreterArgsQuoted: flag(), fileExtension: maybe(), expandTokens: flag(),
          passSecureInput: flag(), autoSecureInput: flag(), secureFormat: maybe()))
    case 2: return external("scriptfile", visible())
    case 3: return external("scripturl", "https://example.com/" + text())
    case 4: return reference()
    case 5:
      return other([
        "type": .text(visible()), "nodeStep": .boolean(flag()),
        "configuration": flag() ? settings() : nil,
      ])
    default: return conditional()
    }
  }

  private func other(_ entries: KeyValuePairs<String, JobValue?>) -> StepKind {
    (try? StepDecoder.step(map(entries), path: "").kind) ?? .exec("x")
  }

  private mutating func external(_ type: String, _ place: String) -> StepKind {
    other([
      type: .text(place), "args": maybeValue(), "scriptInterpreter": maybeValue(),
      "interpreterArgsQuoted": maybeFlag(), "fileExtension": maybeValue(),
      "expandTokenInScriptFile": maybeFlag(),
    ])
  }

  private mutating func reference() -> StepKind {
    other([
      "jobref": map([
        "name": .text(visible()), "group": flag() ? value() : nil, "uuid": maybeValue(),
        "project": maybeValue(), "args": flag() ? value() : nil, "nodeStep": maybeFlag(),
        "importOptions": maybeFlag(), "failOnDisable": maybeFlag(), "childNodes": maybeFlag(),
        "ignoreNotifications": maybeFlag(), "useName": maybeFlag(), "nodeIntersect": maybeFlag(),
        "nodefilters": flag() ? referenceNodes() : nil,
      ])
    ])
  }

  private mutating func referenceNodes() -> JobValue {
    map([
      "filter": flag() ? value() : nil,
      "dispatch": flag()
        ? map([
          "threadcount": .text(count()), "keepgoing": maybeFlag(), "rankAttribute": maybeValue(),
          "rankOrder": .text(one(of: ["ascending", "descending"])), "nodeIntersect": maybeFlag(),
        ]) : nil,
    ])
  }

  private mutating func conditionalLogic() -> StepKind {
    let words = ["equals", "not equals", "contains", "matches", "greater than", "less than"]
    let condition = map([
      "field": .text(visible()), "operator": .text(one(of: words)), "value": value(),
    ])
    let group = map(["conditions": .list([condition, condition])])
    return other([
      "type": .text("conditional.logic"), "nodeStep": .boolean(flag()),
      "invertLogic": maybeFlag(), "conditionGroups": .list([group, group]),
      "steps": .list([map(["exec": .text(visible())])]),
    ])
  }

  private mutating func conditional() -> StepKind {
    if flag() { return conditionalLogic() }
    let comparison = StepCondition.Comparison.allCases.randomElement(using: &random) ?? .equal
    let condition = map([
      "key": .text(visible()), "operator": .text(comparison.rawValue), "value": value(),
    ])
    return other([
      "type": .text("conditional"), "nodeStep": .boolean(flag()),
      "conditionGroups": .list([.list([condition, condition]), .list([condition])]),
      "subSteps": .list([map(["exec": .text(visible())]), map(["script": .text(visible())])]),
    ])
  }

  mutating func option(_ index: Int) -> JobOption {
    let values = flag() ? (0..<3).map { _ in text() } : nil
    var option = JobOption(
      name: "o\(index)", label: maybe(), description: maybe(), type: flag() ? "text" : nil,
      defaultValue: maybe(), values: values, valuesListDelimiter: flag() ? "; " : nil,
      valuesUrl: flag() ? "http://example.com/" + text() : nil, sortValues: flag(),
      required: flag(), multivalued: flag(), delimiter: visible(), multivalueAllSelected: flag(),
      valueExposed: flag(), storagePath: flag() ? "keys/" + text() : nil, isDate: flag(),
      dateFormat: flag() ? ["L", "YYYY-MM-DD [é]"][flag() ? 0 : 1] : nil,
      sortIndex: flag() ? index : nil)
    if flag() {
      option.kept["configRemoteUrl"] = map(["jsonFilter": .text("$.x"), "timeout": .number("3")])
    }
    if flag() { option.kept["optionValuesPluginType"] = value() }
    if !option.multivalued { option.secure = flag() }
    if option.defaultValue != nil { option.hidden = flag() }
    return option
  }
}
