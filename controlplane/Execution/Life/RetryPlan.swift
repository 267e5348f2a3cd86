import Model

/// How often a job is tried again, and how long after each failure (`retry`), its references to options replaced. Pure.
struct RetryPlan: Sendable, Hashable {
  /// 0 for a job that is not.
  var count = 0
  /// In seconds; 0 for at once.
  var delay: Int64 = 0

  /// Throws `LaunchError.invalidOptions` when an option makes something else of it than a number and a duration.
  init(of job: Job, options: [String: String]) throws(LaunchError) {
    guard let retry = job.retry else { return }
    count = try Self.count(retry.count, OptionReferences.expand(retry.count, options))
    guard let delay = retry.delay else { return }
    self.delay = try Self.delay(delay, OptionReferences.expand(delay, options))
  }

  private static func count(_ text: String, _ value: String) throws(LaunchError) -> Int {
    if value.isEmpty { return 0 }
    guard let count = JobRetry.number(in: value) else {
      throw .invalidOptions([
        "The job's retry \(text) is '\(value.prefix(100))': it must be a number from 0 to "
          + "\(JobRetry.most)"
      ])
    }
    return count
  }

  private static func delay(_ text: String, _ value: String) throws(LaunchError) -> Int64 {
    if value.isEmpty { return 0 }
    guard let seconds = JobDuration.seconds(amongWords: value) else {
      throw .invalidOptions([
        "The job's retry delay \(text) is '\(value.prefix(100))': it must be \(JobDuration.allowed)"
      ])
    }
    return seconds
  }
}
