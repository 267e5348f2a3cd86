/// How a configuration value is written: what is allowed, how it is read and how it is shown.
///
/// A form is pure. `parse` answers nil for a text that is not allowed; the schema then reports the key, the text,
/// where it came from and ``allowed``.
public struct ValueForm<Value: Sendable>: Sendable {
  /// What a user may write, to be read after "allowed: ", such as `a whole number from 1 to 65535`.
  public let allowed: String
  /// Whether the value must never be shown.
  public let isSecret: Bool
  /// Reads a text without surrounding white space, or answers nil when it is not allowed.
  public let parse: @Sendable (String) -> Value?
  /// Writes a value so that `parse` reads it back.
  public let format: @Sendable (Value) -> String

  /// Makes a form of a room's own. Prefer the named forms (`.int`, `.duration`, …) where one fits.
  public init(
    allowed: String, isSecret: Bool = false,
    parse: @escaping @Sendable (String) -> Value?,
    format: @escaping @Sendable (Value) -> String
  ) {
    self.allowed = allowed
    self.isSecret = isSecret
    self.parse = parse
    self.format = format
  }
}
