public import Daemon
import Execution
import Logs

/// The keys about steps that members carry out themselves, and about values for all steps.
public enum StepKeys {
  static let all: [any DescribedKey] = [
    folders, scriptLimit, copyLimit, fetchTime, tokenExpansion,
  ]

  public static let folders = ConfigurationKey(
    "quarterdeck.steps.folders", optional: .nonEmptyText,
    """
    The folders of this host, separated by commas, from which scriptfile, copyfile and file: addresses may \
    read. Without it: whatever every user of the host may read.
    """)

  public static let scriptLimit = ConfigurationKey(
    "quarterdeck.steps.scriptLimit", .int(1_024...33_554_432), default: 8_388_608,
    "The largest script that is read from a file or fetched from a URL, in bytes.")

  public static let copyLimit = ConfigurationKey(
    "quarterdeck.steps.copyLimit", .int(1_024...33_554_432), default: 8_388_608,
    "What all files of one copyfile step may take together, in bytes.")

  public static let fetchTime = ConfigurationKey(
    "quarterdeck.steps.fetchTimeout",
    .duration(in: .seconds, .milliseconds(100) ... .seconds(3_600)), default: .seconds(60),
    "How long fetching a script from a URL may take; a plain number is seconds.")

  public static let tokenExpansion = ConfigurationKey(
    "execution.script.tokenexpansion.enabled", .bool, default: true,
    "Whether @name@ in scripts of job definitions is replaced by values, as long as the step does not say otherwise."
  )

  /// Values for all steps of all projects: `${globals.name}`.
  public static let globals = ConfigurationFamily(
    "framework.globals.", "A value for all steps of all projects: ${globals.NAME}.")

  /// Log filters of all projects.
  public static let logFilters = ConfigurationFamily(
    GlobalLogFilters.frameworkPrefix,
    "A log filter of all jobs: NUMBER.type and NUMBER.config.NAME, as in project.globalfilter.")
}

extension EffectiveConfiguration {
  var stepFiles: ServerFileRules {
    ServerFileRules(
      folders: self[StepKeys.folders].map { text in
        text.split(separator: ",").map { String($0.drop { $0 == " " }) }.filter { !$0.isEmpty }
      })
  }

  var stepLimits: MemberStepLimits {
    MemberStepLimits(
      scriptBytes: self[StepKeys.scriptLimit], copyBytes: self[StepKeys.copyLimit],
      fetchTime: self[StepKeys.fetchTime])
  }

  /// The log filters of all projects.
  var globalLogFilters: GlobalLogFilters {
    let prefix = GlobalLogFilters.frameworkPrefix
    let settings = self[StepKeys.logFilters].map { (prefix + $0.0, $0.1) }
    return GlobalLogFilters(Dictionary(settings) { _, last in last }, prefix: prefix)
  }

  /// `framework.globals.*` by name.
  var stepGlobals: [String: String] {
    Dictionary(self[StepKeys.globals].map { ($0.0, $0.1) }) { _, last in last }
  }
}
