public import ScriptPlugin

/// What a plugin is to do outside of a job's workflow: tell somebody, or list the values of an option.
public struct PluginErrand: Sendable, Hashable {
  public var provider: PluginProvider.ID
  /// The project whose settings count.
  public var project: String
  /// What the job says for the provider's properties, references replaced already.
  public var settings: [String: String]
  /// What the script may know, by group and key.
  public var values: [String: [String: String]]
  /// How long it may run.
  public var limit: Duration

  public init(
    _ provider: PluginProvider.ID, project: String, settings: [String: String] = [:],
    values: [String: [String: String]] = [:], limit: Duration = .seconds(30)
  ) {
    self.provider = provider
    self.project = project
    self.settings = settings
    self.values = values
    self.limit = limit
  }
}

/// How an errand ended.
public struct PluginErrandEnd: Sendable, Hashable {
  public enum Verdict: Sendable, Hashable {
    case succeeded
    case failed
    /// No other try would end otherwise: the settings are wrong.
    case refused
    case timedOut
    /// The task was cancelled.
    case cancelled
  }

  public var verdict: Verdict
  /// Why it did not succeed, for people.
  public var reason: String?
  public var exitCode: Int32?
  /// The lines of its standard output, as far as they are kept.
  public var output: [String]

  public init(
    _ verdict: Verdict, reason: String? = nil, exitCode: Int32? = nil, output: [String] = []
  ) {
    self.verdict = verdict
    self.reason = reason
    self.exitCode = exitCode
    self.output = output
  }
}
