import JobFormat
import Model

/// Matches the default and allowed values of options against the options' expressions, in limited time.
enum JobValueCheck {
  /// How long the expressions of one document may take together, in processor time.
  static let documentLimit = Duration.seconds(1)

  /// The definitions, with those of which values do not match turned into failures.
  static func checked(
    _ definitions: [Result<Job, JobDefinitionError>]
  ) async -> [Result<Job, JobDefinitionError>] {
    var time = documentLimit
    var checked: [Result<Job, JobDefinitionError>] = []
    for (index, definition) in definitions.enumerated() {
      guard case .success(let job) = definition, job.hasPatterns else {
        checked.append(definition)
        continue
      }
      // Others are let in between two jobs: each may take a while.
      await Task.yield()
      let problems = time > .zero ? job.mismatches(within: &time) : [late]
      checked.append(
        problems.isEmpty
          ? definition
          : .failure(JobDefinitionError(index: index, job: job, problems: problems)))
    }
    return checked
  }

  private static var late: JobProblem {
    JobProblem(
      field: "options", value: nil,
      message: "The regular expressions of the document's earlier jobs took more than "
        + "\(documentLimit.components.seconds) s: these were not checked")
  }
}
