public import Logging

/// How log lines are written.
public enum LogFormat: String, Sendable, CaseIterable {
  /// The journal when standard error is connected to it, else text.
  case auto
  /// A line for people.
  case text
  /// One JSON object a line.
  case json
  /// Structured fields for systemd's journal.
  case journal
}

/// The severity of a log line, as configured.
public enum LogLevel: String, Sendable, CaseIterable {
  /// Everything.
  case trace
  /// What a developer needs.
  case debug
  /// What an operator may want to know.
  case info
  /// Unusual and worth a look later.
  case notice
  /// Something does not work as it should.
  case warning
  /// Something failed.
  case error
  /// The daemon cannot go on.
  case critical

  /// The same level in swift-log's terms.
  public var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .info }
}
