import Cluster
import Daemon
import Schedule
import Scheduler

/// What the configuration says about several members, checked.
struct ClusterConfiguration: Sendable {
  let cluster: ClusterSettings
  let scheduler: SchedulerSettings
  let profiles: RemoteExecutionProfiles
  /// The zone of schedules that name none.
  let timeZone: String
  /// What is worth a line in the log, and stops nothing.
  let warnings: [String]

  /// What is wrong with the configuration, each with its key, its value and what is allowed.
  struct Problems: ExitCoded, CustomStringConvertible {
    let problems: [String]
    var description: String { problems.joined(separator: "\n") }
    var exitCode: ExitCode { .configuration }
  }

  /// Throws `Problems`, all of them at once.
  init(_ configuration: EffectiveConfiguration) throws {
    let values = ClusterKeys.values(of: configuration)
    var clusterProblems: [ClusterSettingsProblem] = []
    var schedulerProblems: [SchedulerSettingProblem] = []
    cluster = ClusterSettings(values, problems: &clusterProblems)
    scheduler = SchedulerSettings(values, problems: &schedulerProblems)
    let (profiles, policyProblems) = RemoteExecutionProfiles.parse(values)
    self.profiles = profiles
    timeZone = TimeZoneRules.systemName()
    warnings = policyProblems.filter { $0.severity == .warning }.map(\.description)
    let errors =
      clusterProblems.map(\.description) + schedulerProblems.map(\.description)
      + policyProblems.filter { $0.severity == .error }.map(\.description)
    if !errors.isEmpty { throw Problems(problems: errors) }
  }
}
