import Daemon
import Retention
import Schedule

/// What holds for the clean-up of projects that set nothing else. Rundeck has these as settings of a project only.
enum RetentionKeys {
  static let all: [any DescribedKey] = [enabled, days, minimum, batch, schedule]

  static let enabled = ConfigurationKey(
    "quarterdeck.execution.history.cleanup.enabled", .bool, default: false,
    "Whether old executions are deleted in projects that do not say it themselves.")

  static let days = ConfigurationKey(
    "quarterdeck.execution.history.cleanup.retention.days", .int(0...36_500), default: 60,
    "How many days after its end an execution may be deleted, in projects that do not say it.")

  static let minimum = ConfigurationKey(
    "quarterdeck.execution.history.cleanup.retention.minimum", .int(0 ... .max), default: 50,
    "How many executions of a project stay whatever their age, in projects that do not say it.")

  static let batch = ConfigurationKey(
    "quarterdeck.execution.history.cleanup.batch", .int(1...10_000_000), default: 500,
    "How many executions one clean-up deletes at most, in projects that do not say it.")

  static let schedule = ConfigurationKey(
    "quarterdeck.execution.history.cleanup.schedule", .nonEmptyText, default: "0 0 0 1/1 * ? *",
    "When a project is cleaned up, a Quartz expression, in projects that do not say it.")

  /// What these keys say. Throws `ConfigurationError` for a schedule that is none.
  static func policy(_ configuration: EffectiveConfiguration) throws -> CleanupPolicy {
    var policy = CleanupPolicy()
    policy.isEnabled = configuration[enabled]
    policy.days = Int64(configuration[days])
    policy.minimum = Int64(configuration[minimum])
    policy.batch = Int64(configuration[batch])
    let text = configuration[schedule]
    do throws(ScheduleError) {
      _ = try CronExpression(text)
    } catch {
      throw ConfigurationError(key: schedule.name, value: text, reason: "\(error)")
    }
    policy.crontab = text
    return policy
  }
}
