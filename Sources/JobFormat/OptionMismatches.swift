public import Model
public import Pattern

extension JobOption {
  /// Which default and allowed values do not match the option's expression, or take too long to tell; none when
  /// the expression is wrong itself, which is one of the `problems`.
  public var mismatches: [JobProblem] {
    var budget = MatchingBudget()
    return mismatches(within: &budget)
  }

  /// The same, for several options that may take only so long together. A value for which there is no
  /// time left is the last one that is told.
  public func mismatches(within budget: inout MatchingBudget) -> [JobProblem] {
    guard let regex, !enforced, let pattern = try? JobPattern(regex) else { return [] }
    let candidates =
      defaultParts.map { (field: "value", what: "Default", value: $0) }
      + (values ?? []).map { (field: "values", what: "Allowed", value: $0) }
    var problems: [JobProblem] = []
    for (field, what, value) in candidates {
      do throws(JobPatternOverrun) {
        if try pattern.matches(value, within: &budget) { continue }
        problems.append(
          JobProblem(
            field: field, value: value,
            message: "\(what) value \"\(value)\" does not match the regex: \(regex)"))
      } catch {
        return problems + [JobProblem(field: "regex", value: regex, message: "\(error): \(value)")]
      }
    }
    return problems
  }
}

extension Job {
  /// How long the expressions of one job may take together.
  private static let matchingTime = Duration.milliseconds(250)

  /// Whether any option has an expression that `mismatches` would match.
  public var hasPatterns: Bool { options.contains { $0.regex != nil && !$0.enforced } }

  /// The `mismatches` of all options, with the option's place in the field.
  public var mismatches: [JobProblem] {
    var time = Self.matchingTime
    return mismatches(within: &time)
  }

  /// The same, for several jobs that may take only so long together, in the thread's processor time; what this one took is
  /// taken off.
  public func mismatches(within time: inout Duration) -> [JobProblem] {
    var budget = MatchingBudget(min(time, Self.matchingTime))
    let before = budget.remaining
    defer { time -= before - budget.remaining }
    return options.enumerated().flatMap { index, option in
      option.mismatches(within: &budget).map { $0.inOption(index, option) }
    }
  }
}

extension JobProblem {
  /// The same, said of the job that has the option.
  func inOption(_ index: Int, _ option: JobOption) -> JobProblem {
    JobProblem(
      field: "options[\(index)] '\(option.name)' \(field)", value: value, message: message)
  }
}
