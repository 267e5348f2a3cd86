public import Model

extension JobOption {
  /// Whether `mismatches` has anything to match.
  public var hasPatternWithValues: Bool {
    regex != nil && !enforced && !(defaultParts.isEmpty && (values ?? []).isEmpty)
  }

  /// Which default and allowed values do not match the option's expression; none when the expression is
  /// wrong itself, which is one of the `problems`.
  ///
  /// Swift's expressions backtrack, and whoever wrote this one decides how long that takes: ask for it
  /// where time is limited.
  public var mismatches: [JobProblem] {
    guard let regex, !enforced, let pattern = try? JobPattern(regex) else { return [] }
    let defaults = defaultParts.filter { !pattern.matches($0) }.map { value in
      JobProblem(
        field: "value", value: value,
        message: "Default value \"\(value)\" does not match the regex: \(regex)")
    }
    let allowed = (values ?? []).filter { !pattern.matches($0) }.map { value in
      JobProblem(
        field: "values", value: value,
        message: "Allowed value \"\(value)\" does not match the regex: \(regex)")
    }
    return defaults + allowed
  }
}

extension Job {
  /// The options' expressions that `mismatches` matches against values.
  public var patternsWithValues: [String] {
    options.filter(\.hasPatternWithValues).compactMap(\.regex)
  }

  /// The `mismatches` of all options, with the option's place in the field. Takes as long as they do.
  public var mismatches: [JobProblem] {
    options.enumerated().flatMap { index, option in
      option.mismatches.map { $0.inOption(index, option) }
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
