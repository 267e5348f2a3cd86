/// The keys that every daemon has.
public enum DaemonKeys {
  /// How log lines are written.
  public static let logFormat = ConfigurationKey(
    "quarterdeck.log.format", .oneOf, default: LogFormat.auto,
    "How log lines are written: text, json or journal. auto takes the journal under systemd, else text."
  )

  /// The least severe level that is logged.
  public static let logLevel = ConfigurationKey(
    "quarterdeck.log.level", .oneOf, default: LogLevel.info,
    "The least severe level that is logged.")

  /// How long a graceful stop may take.
  public static let stopTimeLimit = ConfigurationKey(
    "quarterdeck.stop.timeLimit", .duration(in: .seconds, .seconds(1) ... .seconds(3600)),
    default: .seconds(20),
    "How long a graceful stop may take before what is left is cancelled. Running steps are not stopped by either."
  )

  /// All of them.
  public static let all: [any DescribedKey] = [logFormat, logLevel, stopTimeLimit]
}
