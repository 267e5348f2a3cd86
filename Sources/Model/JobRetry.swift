/// How often a failed execution is started again, and after how long (`retry`).
public struct JobRetry: Sendable, Hashable, Codable {
  /// A number, or a text with references to options.
  public var count: String
  /// A duration such as `90` or `1h 30m`, or a text with references; nil for at once.
  public var delay: String?

  public init(count: String, delay: String? = nil) {
    self.count = count
    self.delay = delay
  }

  /// Reads a scalar, or a map of `retry` and `delay`. Nil for a definition that says nothing: an empty text.
  ///
  /// - Throws: `JobProblem` for what is neither a number, a duration nor a reference, and for unknown keys.
  public init?(_ value: JobValue, path: String = "retry") throws(JobProblem) {
    let map: JobValue
    if case .map = value { map = value } else { map = .map([JobEntry("retry", value)]) }
    var fields = try DefinitionFields(map, path: path)
    let delay = try Self.delay(&fields)
    let count = try Self.count(&fields, path: value == map ? fields.field("retry") : path)
    try fields.refuseRest()
    guard let count else { return nil }
    self.init(count: count, delay: delay)
  }

  private static func count(
    _ fields: inout DefinitionFields, path: String
  ) throws(JobProblem) -> String? {
    guard let text = try fields.filledText("retry") else { return nil }
    if text.hasReference || number(in: text) != nil { return text }
    throw JobProblem(
      field: path, value: text,
      message: "must be a number of retries from 0 to \(most), or a reference such as ${option.x}")
  }

  private static func delay(_ fields: inout DefinitionFields) throws(JobProblem) -> String? {
    guard let text = try fields.filledText("delay") else { return nil }
    if text.hasReference || JobDuration.seconds(amongWords: text) != nil { return text }
    throw JobProblem(
      field: fields.field("delay"), value: text,
      message: "must be \(JobDuration.allowed), or a reference such as ${option.x}")
  }

  /// More retries are taken for a mistake.
  public static let most = 1_000_000

  /// The number of retries that an expanded text says; nil for what is none.
  public static func number(in text: String) -> Int? {
    guard let number = Int(text.trimmedOfSpace), (0...most).contains(number) else { return nil }
    return number
  }
}

extension StringProtocol {
  /// Without white space at both ends.
  var trimmedOfSpace: String {
    var text = drop(while: \.isWhitespace)
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}

extension Job {
  /// `retry`; nil when a failed execution is not started again. Definitions are checked when they are
  /// imported, so what cannot be read here means nothing.
  public var retry: JobRetry? {
    guard let value = kept["retry"] else { return nil }
    return try? JobRetry(value)
  }
}
