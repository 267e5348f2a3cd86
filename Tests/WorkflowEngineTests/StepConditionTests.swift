import Model
import Testing

@testable import WorkflowEngine

/// The operators of Rundeck's documentation (Conditional Logic Steps).
@Suite struct StepConditionTests {
  @Test(arguments: [
    (StepCondition.Comparison.equal, "unix", "unix", true), (.equal, "unix", "Unix", false),
    (.notEqual, "dev", "qa", true), (.contains, "web17", "web", true),
    (.contains, "db1", "web", false), (.matches, "web12", "^web[0-9]+$", true),
    (.matches, "my web12", "web[0-9]+", false), (.greater, "10", "9", true),
    (.greater, "ten", "9", false), (.less, "-5", "-4.5", true), (.greaterOrEqual, "5.0", "5", true),
    (.lessOrEqual, "6", "5", false),
  ]) func `a condition compares a value with its own`(
    comparison: StepCondition.Comparison, left: String, right: String, holds: Bool
  ) throws {
    let condition = StepCondition(key: "${option.x}", comparison: comparison, value: right)
    #expect(try condition.holds(left, right) == holds)
  }

  @Test func `what is unset is only unequal`() throws {
    for comparison in StepCondition.Comparison.allCases {
      let condition = StepCondition(key: "option.x", comparison: comparison, value: "1")
      #expect(try condition.holds(nil, "1") == (comparison == .notEqual))
    }
  }

  @Test func `groups are alternatives, the conditions of a group belong together`() throws {
    let conditions = ["a", "b"].map { StepCondition(key: $0, comparison: .equal, value: "1") }
    let step = ConditionalStep(
      groups: [conditions, [StepCondition(key: "c", comparison: .equal, value: "1")]], steps: [],
      isNodeStep: true)
    let holds = { (values: [String: String]) in
      try step.holds { try $0.holds(values[$0.key], $0.value) }
    }
    #expect(try holds(["a": "1", "b": "1"]))
    #expect(try holds(["c": "1"]))
    #expect(try !holds(["a": "1"]))
  }

  @Test func `an expression that is none is an error and no answer`() {
    let condition = StepCondition(key: "option.x", comparison: .matches, value: "(")
    #expect(throws: (any Error).self) { try condition.holds("x", "(") }
  }
}
