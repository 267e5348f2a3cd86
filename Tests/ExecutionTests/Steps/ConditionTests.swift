import Model
import Testing

@testable import Execution

/// What conditional steps compare.
@Suite struct ConditionTests {
  /// What comes of a step with these conditions in one group; nil when it is no conditional step.
  private static func look(
    _ conditions: [(key: String, comparison: String, value: String)],
    options: [String: String] = [:], secure: [String: String] = [:],
    of definitions: [JobOption] = [], logLevel: String = "INFO"
  ) throws -> ConditionalLook? {
    let terms = conditions.map { condition in
      JobValue.map([
        JobEntry("key", .text(condition.key)), JobEntry("operator", .text(condition.comparison)),
        JobEntry("value", .text(condition.value)),
      ])
    }
    let step = WorkflowStep(
      .other(
        OtherStep(
          type: "conditional", nodeStep: true,
          definition: [
            "conditionGroups": .list([.list(terms)]),
            "subSteps": .list([.map([JobEntry("exec", .text("true"))])]),
          ])))
    let context = StepRoom.context(
      step, options: options, secure: secure, logLevel: logLevel, of: definitions)
    guard case .nested(.conditional(let steps, let look)) = try context.work() else { return nil }
    return steps.count == 1 ? look : nil
  }

  @Test(arguments: [
    ("option.env", "==", "prod", true), ("${option.env}", "!=", "prod", false),
    ("option.n", ">", "9", true), ("option.n", "<=", "9", false),
    ("option.env", "contains", "ro", true),
    ("option.env", "matches", "p.*", true), ("option.none", "==", "", true),
    ("option.env", "==", "${option.env}", true),
  ])
  func `a condition compares a value`(
    key: String, comparison: String, value: String, expected: Bool
  ) throws {
    let look = try #require(
      try Self.look([(key, comparison, value)], options: ["env": "prod", "n": "10"]))
    #expect(look == ConditionalLook(holds: expected))
  }

  @Test func `with the log level DEBUG each comparison that was made has a line, without secrets`()
    throws
  {
    let secret = JobOption(name: "key", secure: true, valueExposed: true)
    let look = try #require(
      try Self.look(
        [
          ("option.env", "==", "prod"), ("${option.key}", "!=", "x"), ("option.n", ">", "11"),
          ("option.env", "==", "never compared"),
        ], options: ["env": "prod", "n": "10"], secure: ["key": "hunter22"], of: [secret],
        logLevel: "DEBUG"))
    #expect(!look.holds)
    #expect(
      look.comparisons == [
        "Condition ${option.env}: 'prod' == 'prod' is true",
        "Condition ${option.key}: '*****' != 'x' is true",
        "Condition ${option.n}: '10' > '11' is false",
      ])
  }
}
