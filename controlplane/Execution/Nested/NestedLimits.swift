import Model

/// How deep workflows may be in each other.
enum NestedLimits {
  /// The execution's own workflow included.
  static let depth = 32
}

extension StepFailure {
  static let tooDeep = StepFailure(
    "JobFailed",
    "Workflows are in each other more than \(NestedLimits.depth) deep")

  /// `ids` are the jobs under way, the last of which refers to the first of its name again.
  static func cycle(_ ids: [JobID], _ job: Job) -> StepFailure {
    let path = ids.map(\.text).joined(separator: " → ")
    return StepFailure(
      "JobFailed",
      "Job [\(job.path)] refers to itself, by way of others or directly: \(path)")
  }

  /// The step's process, or its start, failed; nil for a success.
  init?(_ outcome: AssignmentOutcome) {
    guard let failure = outcome.failure else { return nil }
    self.init(reason: failure, exitCode: outcome.exitCode)
  }
}
