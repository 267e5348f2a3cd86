import Model

/// How often a job is tried again, and how long after each failure (`retry`), its references to options replaced. Pure.
struct RetryPlan: Sendable, Hashable {
  /// 0 for a job that is not.
  var count = 0
  /// In seconds; 0 for at once.
  var delay: Int64 = 0

  /// Throws `LaunchError.invalidOptions` when an option makes something else of it than a number and a duration.
  init(of job: Job, options: [String: String]) throws(LaunchError) {
    guard let value = job.kept["retry"] else { return }
    let entries: JobValue? = if case .map = value { value } else { nil }
    let count = entries.map { $0["retry"]?.scalarText ?? "" } ?? value.scalarText ?? ""
    self.count = try Self.count(count, OptionReferences.expand(count, options))
    guard let delay = entries?["delay"]?.scalarText else { return }
    self.delay = try Self.delay(delay, OptionReferences.expand(delay, options))
  }

  private static func count(_ text: String, _ value: String) throws(LaunchError) -> Int {
    if value.isEmpty { return 0 }
    guard let count = Int(value), (0...most).contains(count) else {
      throw .invalidOptions([
        "The job's retry \(text) is '\(value.prefix(100))': it must be a number from 0 to \(most)"
      ])
    }
    return count
  }

  private static func delay(_ text: String, _ value: String) throws(LaunchError) -> Int64 {
    if value.isEmpty { return 0 }
    guard let seconds = JobDuration.seconds(in: value) else {
      throw .invalidOptions([
        "The job's retry delay \(text) is '\(value.prefix(100))': it must be \(JobDuration.allowed)"
      ])
    }
    return seconds
  }

  /// More is taken for a mistake.
  static let most = 1_000_000
}
