/// What is known of a configuration key without its value's type. Only ``ConfigurationKey`` conforms.
public protocol DescribedKey: Sendable {
  /// The name in a `.properties` file.
  var name: String { get }
  /// Older or foreign names that are read when `name` is not given.
  var aliases: [String] { get }
  /// What the key does.
  var documentation: String { get }
  /// What may be written.
  var allowed: String { get }
  /// Whether the value must never be shown.
  var isSecret: Bool { get }
  /// The default as it would be written; nil for a key that must be given.
  var defaultText: String? { get }
  /// Whether the text is allowed.
  func accepts(_ text: String) -> Bool
}

/// Keys that share a prefix and whose rest the user chooses, such as `quarterdeck.agent.attribute.NAME`. Any value is
/// allowed. Families are read from the file only: an environment variable's name cannot carry the rest's case.
public struct ConfigurationFamily: Sendable {
  /// The part before the chosen name, with its last dot.
  public let prefix: String
  /// What the keys do.
  public let documentation: String
  /// Whether the values must never be shown.
  public let isSecret: Bool

  /// Makes a family of the keys that begin with the prefix.
  public init(_ prefix: String, isSecret: Bool = false, _ documentation: String) {
    self.prefix = prefix
    self.isSecret = isSecret
    self.documentation = documentation
  }
}
