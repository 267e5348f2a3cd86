/// One thing that is wrong in a job definition.
public struct JobProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// Where: keys and places joined by dots, such as `sequence.commands[0].exec`.
  public let field: String
  /// What the document has there, when that says something.
  public let value: String?
  /// What is wrong and what is allowed.
  public let message: String

  public init(field: String, value: String? = nil, message: String) {
    self.field = field
    self.value = value
    self.message = message
  }

  public var description: String {
    value.map { "\(field): \(message) (found '\($0.prefix(200))')" } ?? "\(field): \(message)"
  }
}
