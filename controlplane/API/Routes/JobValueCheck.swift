import JobFormat
import Model

/// Matches the default and allowed values of options against the options' expressions, in limited time for a whole
/// document.
struct JobValueCheck {
  /// How long the expressions of one document may take together, in processor time.
  static let documentLimit = Duration.seconds(1)

  private var time = documentLimit

  /// The definition, or a failure when values of it do not match.
  mutating func checked(
    _ definition: Result<Job, JobDefinitionError>, index: Int
  ) -> Result<Job, JobDefinitionError> {
    guard case .success(let job) = definition, job.hasPatterns else { return definition }
    let problems = time > .zero ? job.mismatches(within: &time) : [Self.late]
    return problems.isEmpty
      ? definition : .failure(JobDefinitionError(index: index, job: job, problems: problems))
  }

  private static var late: JobProblem {
    JobProblem(
      field: "options", value: nil,
      message: "The regular expressions of the document's earlier jobs took more than "
        + "\(documentLimit.components.seconds) s: these were not checked")
  }
}
