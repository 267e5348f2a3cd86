extension ConditionalStep {
  /// Reads the conditions and steps of a step's definition.
  ///
  /// - Throws: `JobProblem` for conditions or steps that are missing or wrong.
  public init(
    _ form: Form, _ definition: [String: JobValue], isNodeStep: Bool, path: String
  ) throws(JobProblem) {
    let entries = definition.map { JobEntry($0.key, $0.value) }
    var fields = try DefinitionFields(.map(entries), path: path)
    self.init(
      form,
      groups: try Self.groups(
        fields.take("conditionGroups"), form, fields.field("conditionGroups")),
      isInverted: form == .logic ? try fields.flag("invertLogic") ?? false : false,
      steps: try Self.steps(fields.take(form.stepsKey), fields.field(form.stepsKey)),
      isNodeStep: isNodeStep)
  }

  private static func groups(
    _ value: JobValue?, _ form: Form, _ path: String
  ) throws(JobProblem) -> [[StepCondition]] {
    var groups: [[StepCondition]] = []
    for (index, group) in try list(value, path, of: "groups of conditions").enumerated() {
      groups.append(try conditions(group, form, "\(path)[\(index)]"))
    }
    return groups
  }

  private static func conditions(
    _ group: JobValue, _ form: Form, _ path: String
  ) throws(JobProblem) -> [StepCondition] {
    var (group, path) = (Optional(group), path)
    if form == .logic {
      var fields = try DefinitionFields(group ?? .null, path: path)
      path = fields.field("conditions")
      group = fields.take("conditions")
      try fields.refuseRest()
    }
    var conditions: [StepCondition] = []
    for (number, item) in try list(group, path, of: "conditions").enumerated() {
      conditions.append(try StepCondition(item, form, path: "\(path)[\(number)]"))
    }
    return conditions
  }

  private static func steps(_ value: JobValue?, _ path: String) throws(JobProblem) -> [WorkflowStep]
  {
    var steps: [WorkflowStep] = []
    for (index, item) in try list(value, path, of: "steps").enumerated() {
      steps.append(try StepDecoder.step(item, path: "\(path)[\(index)]"))
    }
    return steps
  }

  private static func list(
    _ value: JobValue?, _ path: String, of what: String
  ) throws(JobProblem) -> [JobValue] {
    guard case .list(let items)? = value, !items.isEmpty else {
      throw JobProblem(
        field: path,
        message: "expected a list of \(what), at least one, found \(value?.kindName ?? "nothing")")
    }
    return items
  }
}

extension StepCondition {
  init(_ value: JobValue, _ form: ConditionalStep.Form, path: String) throws(JobProblem) {
    var fields = try DefinitionFields(value, path: path)
    let name = form == .plain ? "key" : "field"
    guard let key = try fields.filledText(name) else {
      throw JobProblem(field: fields.field(name), message: "a condition must name a value")
    }
    let text = try fields.text("operator") ?? ""
    guard let comparison = Comparison(text, form) else {
      let allowed = Comparison.words(form).map(\.word).joined(separator: ", ")
      throw JobProblem(
        field: fields.field("operator"), value: text, message: "must be one of \(allowed)")
    }
    self.init(key: key, comparison: comparison, value: try fields.text("value") ?? "")
    try fields.refuseRest()
  }
}

extension StepCondition.Comparison {
  /// The words that a definition has for comparisons.
  static func words(_ form: ConditionalStep.Form) -> [(word: String, comparison: Self)] {
    switch form {
    case .plain: allCases.map { ($0.rawValue, $0) }
    case .logic:
      [
        ("equals", .equal), ("not equals", .notEqual), ("contains", .contains),
        ("matches", .matches), ("greater than", .greater), ("less than", .less),
      ]
    }
  }

  init?(_ text: String, _ form: ConditionalStep.Form) {
    guard let found = Self.words(form).first(where: { $0.word == text }) else { return nil }
    self = found.comparison
  }
}
