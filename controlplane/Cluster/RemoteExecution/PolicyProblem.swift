/// Something about the cluster's policies in the configuration that is wrong or has no effect.
public struct PolicyProblem: Sendable, Hashable, CustomStringConvertible {
  public enum Severity: Sendable, Hashable {
    /// The configuration cannot be used.
    case error
    /// It can be used, but probably does not mean what was meant.
    case warning
  }

  public let severity: Severity
  public let key: String
  /// As written; nil when the key is missing.
  public let value: String?
  /// What is allowed, or what is done instead, in one sentence without the key.
  public let allowed: String

  public init(_ severity: Severity, key: String, value: String?, allowed: String) {
    self.severity = severity
    self.key = key
    self.value = value
    self.allowed = allowed
  }

  /// One line: key, value and what is allowed.
  public var description: String {
    key + (value.map { " = \"\($0)\"" } ?? "") + ": " + allowed
  }
}
