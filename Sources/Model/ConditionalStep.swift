/// A step that runs other steps when its conditions hold (`type: conditional`).
public struct ConditionalStep: Sendable, Hashable {
  /// The conditions hold when all of any group do.
  public var groups: [[StepCondition]]
  public var steps: [WorkflowStep]
  /// Whether it is decided for each node by itself.
  public var isNodeStep: Bool

  public init(groups: [[StepCondition]], steps: [WorkflowStep], isNodeStep: Bool) {
    self.groups = groups
    self.steps = steps
    self.isNodeStep = isNodeStep
  }

  /// Whether the steps run, when `test` says whether one condition holds.
  public func holds(_ test: (StepCondition) throws -> Bool) rethrows -> Bool {
    try groups.contains { try $0.allSatisfy(test) }
  }
}

/// A comparison of a value of the data context with a text.
public struct StepCondition: Sendable, Hashable, Codable {
  public enum Comparison: String, Sendable, Hashable, Codable, CaseIterable {
    case equal = "=="
    case notEqual = "!="
    case greater = ">"
    case less = "<"
    case greaterOrEqual = ">="
    case lessOrEqual = "<="
    case contains
    /// A regular expression that the value matches.
    case matches
  }

  /// As written: `${option.env}` or `option.env`.
  public var key: String
  public var comparison: Comparison
  /// May have references.
  public var value: String

  public init(key: String, comparison: Comparison, value: String) {
    self.key = key
    self.comparison = comparison
    self.value = value
  }

  /// The key as a reference to expand: `${option.env}`.
  public var reference: String { key.contains("${") ? key : "${\(key)}" }
}

extension ConditionalStep {
  /// Reads `conditionGroups` and `subSteps` of a step's definition.
  ///
  /// - Throws: `JobProblem` for conditions or steps that are missing or wrong.
  public init(
    _ definition: [String: JobValue], isNodeStep: Bool, path: String
  ) throws(JobProblem) {
    let entries = definition.map { JobEntry($0.key, $0.value) }
    var fields = try DefinitionFields(.map(entries), path: path)
    self.init(
      groups: try Self.groups(fields.take("conditionGroups"), fields.field("conditionGroups")),
      steps: try Self.steps(fields.take("subSteps"), fields.field("subSteps")),
      isNodeStep: isNodeStep)
  }

  private static func groups(
    _ value: JobValue?, _ path: String
  ) throws(JobProblem) -> [[StepCondition]] {
    var groups: [[StepCondition]] = []
    for (index, group) in try list(value, path, of: "groups of conditions").enumerated() {
      let place = "\(path)[\(index)]"
      var conditions: [StepCondition] = []
      for (number, item) in try list(group, place, of: "conditions").enumerated() {
        conditions.append(try StepCondition(item, path: "\(place)[\(number)]"))
      }
      groups.append(conditions)
    }
    return groups
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
  init(_ value: JobValue, path: String) throws(JobProblem) {
    var fields = try DefinitionFields(value, path: path)
    guard let key = try fields.filledText("key") else {
      throw JobProblem(field: fields.field("key"), message: "a condition must name a value")
    }
    let text = try fields.text("operator") ?? ""
    guard let comparison = Comparison(rawValue: text) else {
      let allowed = Comparison.allCases.map(\.rawValue).joined(separator: ", ")
      throw JobProblem(
        field: fields.field("operator"), value: text, message: "must be one of \(allowed)")
    }
    self.init(key: key, comparison: comparison, value: try fields.text("value") ?? "")
    try fields.refuseRest()
  }
}
