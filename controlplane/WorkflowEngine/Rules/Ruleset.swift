/// The rules of the strategy `ruleset`, read and found to be of use for a workflow's steps.
///
/// One rule a line: `[steps] directives and conditions`. The language is that of Rundeck's documentation
/// (Workflow Strategies, Ruleset):
///
/// - steps: `[1]`, `[1,4]`, `[1-3,5]`, `[Deploy QA]` (a step's label), `[*]`;
/// - directives: `run-at-start`, `run-in-sequence` (after the step before), `run-after:2,Deploy QA`;
/// - conditions: `if:` or `unless:` and a `RuleExpression`.
///
/// What holds blanks is put between double quotes: `"run-after:Step One"`. Rules are additive: a step waits for
/// everything that any of its rules says; of conditions in one line all must hold, of several lines
/// with conditions one must. A step without directive runs in sequence, unless the step before it
/// waits for it. A step whose conditions do not hold when its turn comes is skipped, and what waits
/// for it goes on.
public struct Ruleset: Sendable, Hashable {
  /// For each step the steps that it waits for, both counted from 0.
  let waiting: [Set<Int>]
  /// For each step what is asked when its turn has come.
  let conditions: [RuleConditions]

  /// Reads `text` for a workflow with steps of these labels.
  ///
  /// - Throws: `RulesetError` for the first line that is no rule, or for rules by which steps would wait
  ///   for each other for ever.
  public init(_ text: String, steps labels: [String?]) throws(RulesetError) {
    let steps = RuleSteps(labels)
    var waits = RuleWaits(count: labels.count)
    var conditions = Array(repeating: RuleConditions(), count: labels.count)
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() where !line.allSatisfy(\.isWhitespace) {
      let rule = try RuleLine(line, number: index + 1, steps: steps)
      try waits.add(rule)
      guard !rule.conditions.isEmpty else { continue }
      for step in rule.steps { conditions[step].groups.append(rule.conditions) }
    }
    waiting = try waits.all()
    self.conditions = conditions
  }
}

/// A line of rules that cannot be read or never comes true.
public struct RulesetError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Both counted from 1, the column in characters.
  public let line: Int
  public let column: Int
  /// What is wrong there, and what is allowed.
  public let problem: String

  public var description: String {
    "The workflow's rules, line \(line), column \(column): \(problem)"
  }
}
