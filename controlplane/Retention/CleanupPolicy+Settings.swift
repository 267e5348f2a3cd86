import Schedule

/// A setting that cannot be used: it is refused where it is put, and a project that has it all the same is not cleaned up
/// until it is put right.
public struct CleanupProblem: Error, Sendable, Hashable, CustomStringConvertible {
  public let key: String
  public let value: String
  /// What is allowed.
  public let expectation: String

  public init(key: String, value: String, expectation: String) {
    self.key = key
    self.value = value
    self.expectation = expectation
  }

  public var description: String { "\(key): \"\(value)\" is not allowed: \(expectation)" }
}

extension CleanupPolicy {
  /// The settings' names without their prefix.
  public enum Key: String, Sendable, CaseIterable {
    case enabled
    case days = "retention.days"
    case minimum = "retention.minimum"
    case batch
    case schedule

    public static let prefix = "project.execution.history.cleanup."
    /// The name of the project's setting.
    public var setting: String { Self.prefix + rawValue }
  }

  /// These values with what a project sets instead.
  public func overridden(
    by settings: [String: String]
  ) throws(CleanupProblem) -> CleanupPolicy {
    var policy = self
    if let isEnabled = try Self.flag(.enabled, settings) { policy.isEnabled = isEnabled }
    if let number = try Self.number(.days, settings, 0...36_500) { policy.days = number }
    if let number = try Self.number(.minimum, settings, 0...Int64.max) { policy.minimum = number }
    if let number = try Self.number(.batch, settings, 1...10_000_000) { policy.batch = number }
    if let text = settings[Key.schedule.setting], !text.isEmpty {
      do throws(ScheduleError) {
        _ = try CronExpression(text)
      } catch {
        throw CleanupProblem(key: Key.schedule.setting, value: text, expectation: "\(error)")
      }
      policy.crontab = text
    }
    return policy
  }

  /// An empty text is what a form without a value leaves.
  private static func flag(
    _ key: Key, _ settings: [String: String]
  ) throws(CleanupProblem) -> Bool? {
    guard let text = settings[key.setting], !text.isEmpty else { return nil }
    switch text.lowercased() {
    case "true": return true
    case "false": return false
    default:
      throw CleanupProblem(key: key.setting, value: text, expectation: "true or false")
    }
  }

  /// The same of a number.
  private static func number(
    _ key: Key, _ settings: [String: String], _ range: ClosedRange<Int64>
  ) throws(CleanupProblem) -> Int64? {
    guard let text = settings[key.setting], !text.isEmpty else { return nil }
    guard let number = Int64(text), range.contains(number) else {
      throw CleanupProblem(
        key: key.setting, value: text,
        expectation: "a whole number, \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }
}
