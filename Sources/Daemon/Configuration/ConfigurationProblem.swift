/// Something in the configuration that stops the start.
public struct ConfigurationProblem: Sendable, Equatable, CustomStringConvertible {
  /// The key, or the file for a problem of a whole file.
  public let key: String
  /// The value as written, `********` for a secret; nil when none is given.
  public let value: String?
  /// Where the value came from, such as `/etc/quarterdeck/controlplane.properties line 3`; nil when it is not given.
  public let origin: String?
  /// What is wrong, with what is allowed.
  public let reason: String

  /// One line: key, value, where it came from and what is allowed.
  public var description: String {
    let written = value.map { " = \"\($0)\"" } ?? ""
    let place = origin.map { " (\($0))" } ?? ""
    return "\(key)\(written)\(place): \(reason)"
  }
}

/// The configuration cannot be used. Ends the process with ``ExitCode/configuration``.
public struct ConfigurationError: Error, Sendable, CustomStringConvertible {
  /// Everything that is wrong, never empty, in the order of the schema.
  public let problems: [ConfigurationProblem]

  /// An error with at least one problem.
  public init(_ problems: [ConfigurationProblem]) {
    self.problems = problems
  }

  /// For a check that spans keys: reports `key` as bad for the reason that the daemon's own rule gives.
  public init(key: String, value: String? = nil, origin: String? = nil, reason: String) {
    self.problems = [
      ConfigurationProblem(key: key, value: value, origin: origin, reason: reason)
    ]
  }

  /// One problem a line.
  public var description: String {
    "the configuration cannot be used:\n"
      + problems.map { "  \($0)" }.joined(separator: "\n")
  }
}
