import Cluster
public import Daemon
import Scheduler

/// The keys about several members, their schedules and who carries an execution.
///
/// Their values are read by the rooms that they are for (`ClusterSettings`, `SchedulerSettings`,
/// `RemoteExecutionProfiles`), which check them; here they have their names and what they are for.
public enum ClusterKeys {
  static let all: [any DescribedKey] = keys

  static let keys: [ConfigurationKey<String?>] =
    described.map { name, documentation in
      ConfigurationKey(name, optional: .nonEmptyText, documentation)
    }
    + RemoteExecutionKeys.all.filter { name in !described.contains { $0.0 == name } }.map { name in
      ConfigurationKey(
        name, optional: .nonEmptyText,
        "Part of the remote-execution policy; see docs/administrator/remote-execution.md.")
    }

  /// What belongs to one profile of the remote-execution policy; the user chooses its name.
  public static let profiles = ConfigurationFamily(
    "rundeck.clusterMode.remoteExecution.profile.",
    "A profile of the remote-execution policy: projects, policy and its settings.")

  /// Everything that the configuration says about these keys, by full name.
  public static func values(of configuration: EffectiveConfiguration) -> [String: String] {
    var values: [String: String] = [:]
    for key in keys { values[key.name] = configuration[key] }
    for (rest, value) in configuration[profiles] { values[profiles.prefix + rest] = value }
    return values
  }

  /// Names and meanings, in the order of the administrator's guide.
  private static let described: [(String, String)] = [
    (
      "rundeck.clusterMode.enabled",
      "true or false: whether other members share the database. Without it: true over PostgreSQL."
    ),
    ("rundeck.server.tags", "This member's tags, separated by commas."),
    (
      "rundeck.executionMode",
      "active or passive: the mode that this member starts in. Without it: the mode that it had."
    ),
    (
      "rundeck.clusterMode.heartbeat.interval",
      "How often this member renews its registration; a plain number is seconds. 1 without it."
    ),
    (
      "rundeck.clusterMode.heartbeat.delay",
      "How long after its start this member renews for the first time; a plain number is seconds."
    ),
    (
      "rundeck.clusterMode.heartbeat.considerInactive",
      "After how long without a renewal a member acts no more; a plain number is seconds. 3 without it."
    ),
    (
      "rundeck.clusterMode.heartbeat.considerDead",
      "After how long without a renewal others may take over; a plain number is seconds. 5 without it."
    ),
    (
      "rundeck.clusterMode.remoteExec.process.interval",
      "How often the store is looked at for what no notice told of; a plain number is seconds."
    ),
    (
      "rundeck.clusterMode.autotakeover.enabled",
      "true or false: whether a dead member's schedules are taken over. true without it."
    ),
    (
      "rundeck.clusterMode.autotakeover.policy",
      "Who may take schedules over: Any, Static or RemoteExecution. Any without it."
    ),
    (
      "rundeck.clusterMode.autotakeover.config.allowed",
      "The UUIDs, separated by commas, that may take schedules over with the policy Static."
    ),
    (
      "rundeck.clusterMode.autotakeover.delay",
      "How long schedules wait after their owner died; a plain number is seconds. 0 without it."
    ),
    (
      "rundeck.clusterMode.autotakeover.sleep",
      "The pause before another takeover from the same member is tried; a plain number is seconds."
    ),
    (
      "rundeck.clusterMode.recoverExecutions.enabled",
      "true or false: whether a dead member's executions are carried on. true without it."
    ),
    (
      "rundeck.clusterMode.recoverExecutions.policy",
      "Who may carry executions on: Any or Static. Any without it."
    ),
    (
      "rundeck.clusterMode.recoverExecutions.config.allowed",
      "The UUIDs, separated by commas, that may carry executions on with the policy Static."
    ),
    (
      "rundeck.clusterMode.recoverExecutions.delay",
      "How long executions wait after their member died; a plain number is seconds. 0 without it."
    ),
    (
      "rundeck.clusterMode.recoverExecutions.sleep",
      "The pause before another adoption from the same member is tried; a plain number is seconds."
    ),
    (
      "rundeck.clusterMode.remoteScheduledExecutionPolicy.enabled",
      "true or false: whether the remote-execution policy is asked for each scheduled run. true without it."
    ),
    (
      SchedulerKey.misfireDetection.rawValue,
      "true or false: whether missed instants count as failures of their jobs."
    ),
    (
      SchedulerKey.misfireThreshold.rawValue,
      "How late, in milliseconds, an instant may be and still run. 60000 without it."
    ),
    (
      SchedulerKey.misfireCheckRate.rawValue,
      "The longest pause, in milliseconds, between two looks at instants without an outcome."
    ),
    (
      SchedulerKey.catchUpMode.rawValue,
      "skip, latest or all: which late instants run after an outage. latest without it."
    ),
    (
      SchedulerKey.catchUpWindow.rawValue,
      "How late an instant may be and still run; a plain number is seconds. 60 without it."
    ),
    (
      SchedulerKey.catchUpRate.rawValue,
      "How many late instants this member launches in a second. 200 without it."
    ),
    (
      SchedulerKey.patience.rawValue,
      "How late an instant of a running member counts as on time; a plain number is seconds. 2 without it."
    ),
    (
      SchedulerKey.poll.rawValue,
      "How often changed schedules are asked for when no notice came; a plain number is seconds."
    ),
    (
      SchedulerKey.advance.rawValue,
      "How often it is written how far schedules are settled; a plain number is seconds."
    ),
  ]
}
