import Execution
import JobFormat
import Model

/// Matches the default and allowed values of options against the options' expressions, in limited time.
enum JobValueCheck {
  /// How long the expressions of one document may take together; one job's may take
  /// `ExpressionCheck.limit` of it.
  static let documentLimit = Duration.seconds(5)

  /// The definitions, with those of which values do not match turned into failures.
  static func checked(
    _ definitions: [Result<Job, JobDefinitionError>]
  ) async -> [Result<Job, JobDefinitionError>] {
    let clock = ContinuousClock()
    let end = clock.now + documentLimit
    var checked: [Result<Job, JobDefinitionError>] = []
    for (index, definition) in definitions.enumerated() {
      guard case .success(let job) = definition, !job.patternsWithValues.isEmpty else {
        checked.append(definition)
        continue
      }
      let problems = clock.now < end ? await problems(of: job) : [Self.late(job)]
      checked.append(
        problems.isEmpty
          ? definition
          : .failure(JobDefinitionError(index: index, job: job, problems: problems)))
    }
    return checked
  }

  /// What does not match in one option.
  static func problems(of option: JobOption) async -> [JobProblem] {
    guard option.hasPatternWithValues, let regex = option.regex else { return [] }
    return await problems([regex]) { option.mismatches }
  }

  private static func problems(of job: Job) async -> [JobProblem] {
    await problems(job.patternsWithValues) { job.mismatches }
  }

  private static func problems(
    _ expressions: [String], _ mismatches: @escaping @Sendable () -> [JobProblem]
  ) async -> [JobProblem] {
    do throws(ExpressionCheck.Failure) {
      return try await ExpressionCheck.run(expressions, mismatches)
    } catch {
      return expressions.map {
        JobProblem(
          field: "regex", value: $0, message: "The regular expression \($0) \(error)")
      }
    }
  }

  private static func late(_ job: Job) -> JobProblem {
    JobProblem(
      field: "options", value: nil,
      message: "The regular expressions of the document's earlier jobs took more than "
        + "\(documentLimit.components.seconds) s: these were not checked")
  }
}
