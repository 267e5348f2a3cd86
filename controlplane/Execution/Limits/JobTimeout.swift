import Model

/// How long a job's executions may take (`timeout`), its references to options replaced.
enum JobTimeout {
  /// The seconds; nil when the job has no limit.
  ///
  /// Throws `LaunchError.invalidOptions` when an option makes something else of it than a duration.
  static func seconds(
    of job: Job, options: [String: String]
  ) throws(LaunchError) -> Int64? {
    guard let text = job.timeout, !text.isEmpty else { return nil }
    var context = DataContext()
    context.groups["option"] = options
    guard let value = try? ReferenceExpansion(context: context, limit: 4096).expand(text) else {
      throw .invalidOptions(["The job's timeout \(text) is longer than a duration can be"])
    }
    if value.allSatisfy(\.isWhitespace) { return nil }
    guard let seconds = JobDuration.seconds(amongWords: value) else {
      throw .invalidOptions([
        "The job's timeout \(text) is '\(value.prefix(100))': it must be \(JobDuration.allowed)"
      ])
    }
    return seconds == 0 ? nil : seconds
  }
}
