/// A regular expression out of a job definition or a node filter, matched against whole values.
public struct JobPattern {
  // Rundeck's patterns are Java's; Swift's expressions share the syntax that definitions use.
  private let regex: Regex<AnyRegexOutput>

  /// - Throws: `JobPatternError` for text that is no regular expression.
  public init(_ text: String) throws(JobPatternError) {
    do {
      regex = try Regex(text).matchingSemantics(.unicodeScalar)
    } catch {
      throw JobPatternError(pattern: text, reason: String(describing: error))
    }
  }

  /// Whether the expression matches the value from its first to its last character.
  public func matches(_ value: String) -> Bool {
    (try? regex.wholeMatch(in: value)) != nil
  }
}

/// A text that is no regular expression.
public struct JobPatternError: Error, Sendable, Hashable {
  public let pattern: String
  /// What the expression's parser says.
  public let reason: String
}
