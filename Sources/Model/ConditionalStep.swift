/// A step that runs other steps when its conditions hold (`type: conditional` or `conditional.logic`).
public struct ConditionalStep: Sendable, Hashable {
  /// How a definition writes such a step.
  public enum Form: String, Sendable, Hashable, CaseIterable {
    /// `conditionGroups` as lists of `key`, `operator` (`==`…) and `value`; `subSteps`.
    case plain = "conditional"
    /// `conditionGroups` as maps of `conditions` with `field`, `operator` (`equals`…) and `value`; `steps`;
    /// `invertLogic`.
    case logic = "conditional.logic"

    /// The key of the steps.
    public var stepsKey: String { self == .plain ? "subSteps" : "steps" }
    /// The keys that only such steps have.
    var keys: Set<String> { ["conditionGroups", stepsKey] }
  }

  public var form: Form
  /// The conditions hold when all of any group do.
  public var groups: [[StepCondition]]
  /// Whether instead they hold when any of every group does (`invertLogic`).
  public var isInverted: Bool
  public var steps: [WorkflowStep]
  /// Whether it is decided for each node by itself.
  public var isNodeStep: Bool

  public init(
    _ form: Form = .plain, groups: [[StepCondition]], isInverted: Bool = false,
    steps: [WorkflowStep], isNodeStep: Bool
  ) {
    self.form = form
    self.groups = groups
    self.isInverted = isInverted
    self.steps = steps
    self.isNodeStep = isNodeStep
  }

  /// Whether the steps run, when `test` says whether one condition holds.
  public func holds(_ test: (StepCondition) throws -> Bool) rethrows -> Bool {
    isInverted
      ? try groups.allSatisfy { try $0.contains(where: test) }
      : try groups.contains { try $0.allSatisfy(test) }
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
