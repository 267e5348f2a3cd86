public import Model
import Schedule

/// When the history of a project is cleaned up and what stays: Rundeck's settings
/// `project.execution.history.cleanup.*`, with its defaults.
public struct CleanupPolicy: Sendable, Hashable {
  public var isEnabled = false
  /// How many days after its end an execution may be deleted.
  public var days: Int64 = 60
  /// How many executions of the project stay whatever their age.
  public var minimum: Int64 = 50
  /// How many executions one run deletes at most; the rest is the next one's.
  public var batch: Int64 = 500
  /// A Quartz expression: when it runs.
  public var crontab = "0 0 0 1/1 * ? *"

  public init() {}

  /// What ended before this may be deleted.
  public func cutoff(at now: Instant) -> Instant {
    now.advanced(by: .zero - .seconds(days * 86_400))
  }
}

/// A setting that cannot be used: the project is not cleaned up until it is put right.
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
    if let text = settings[Key.enabled.setting] { policy.isEnabled = text.lowercased() == "true" }
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
  private static func number(
    _ key: Key, _ settings: [String: String], _ range: ClosedRange<Int64>
  ) throws(CleanupProblem) -> Int64? {
    guard let text = settings[key.setting], !text.isEmpty else { return nil }
    guard let number = Int64(text), range.contains(number) else {
      throw CleanupProblem(
        key: key.setting, value: text,
        expectation: "a whole number, at least \(range.lowerBound)")
    }
    return number
  }
}
