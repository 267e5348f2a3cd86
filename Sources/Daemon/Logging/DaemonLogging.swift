public import Logging
import ServiceManager

/// Sets up swift-log for a daemon.
public enum DaemonLogging {
  /// Makes every `Logger` of the process write as configured (``DaemonKeys/logFormat``, ``DaemonKeys/logLevel``), and
  /// answers the daemon's own logger. Logs the configuration's warnings. Call it once, first of all.
  ///
  /// - Parameters:
  ///   - identifier: the daemon's name, which is the logger's label and the journal's SYSLOG_IDENTIFIER.
  ///   - configuration: where format and level are taken from.
  @discardableResult
  public static func bootstrap(
    identifier: String, configuration: EffectiveConfiguration
  ) -> Logger {
    let logger = bootstrap(
      identifier: identifier, format: configuration[DaemonKeys.logFormat],
      level: configuration[DaemonKeys.logLevel].level)
    for warning in configuration.warnings { logger.warning("configuration: \(warning)") }
    return logger
  }

  /// The same with a format and a level from elsewhere, for commands that read no configuration.
  @discardableResult
  public static func bootstrap(
    identifier: String, format: LogFormat, level: Logger.Level
  ) -> Logger {
    let sink = sink(for: format, identifier: identifier)
    LoggingSystem.bootstrap { label in
      DaemonLogHandler(label: label, level: level, sink: sink)
    }
    return Logger(label: identifier)
  }
}

extension DaemonLogging {
  /// What `auto` stands for.
  static func resolved(_ format: LogFormat, isJournalConnected: Bool) -> LogFormat {
    guard format == .auto else { return format }
    return isJournalConnected ? .journal : .text
  }

  static func sink(for format: LogFormat, identifier: String) -> any LogSink {
    switch resolved(format, isJournalConnected: Journal.isConnected()) {
    case .journal: JournalLogSink(identifier: identifier)
    case .json: JSONLogSink(output: .standardError)
    case .text, .auto: TextLogSink(output: .standardError)
    }
  }
}
