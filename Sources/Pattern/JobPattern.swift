/// A regular expression out of a job definition or a node filter, matched against whole values.
///
/// It is read as Java's `Pattern` reads it, since Rundeck's users write it for that: the whole value must match, and
/// `\d`, `\w`, `\s` and `\p{Alpha}` mean ASCII unless `(?U)` says otherwise. No expression holds up who
/// asks: compiling is bounded by length and nesting, matching by time and memory.
public struct JobPattern: Sendable {
  /// As it was written.
  public let text: String
  private let compiled: CompiledPattern

  /// The longest expression in bytes.
  public static let longest = 4_096
  /// How deep groups, or sets, may stand in each other.
  public static let deepest = 40

  /// - Throws: `JobPatternError` for text that is no regular expression, is longer than `longest` or
  ///   deeper than `deepest`, or needs what this version does not have (intersections of sets).
  public init(_ text: String) throws(JobPatternError) {
    compiled = try CompiledPattern(java: text, isWhole: true)
    self.text = text
  }

  /// Whether the expression matches the value from its first to its last character.
  ///
  /// - Throws: `JobPatternOverrun` when that is not known within a `MatchingBudget` of the usual size.
  public func matches(_ value: String) throws(JobPatternOverrun) -> Bool {
    var budget = MatchingBudget()
    return try matches(value, within: &budget)
  }

  /// The same, for several matches that may take only so long together.
  ///
  /// - Throws: `JobPatternOverrun` when the budget is used up; it stays used up.
  public func matches(
    _ value: String, within budget: inout MatchingBudget
  ) throws(JobPatternOverrun) -> Bool {
    let start = ThreadTime.now
    let deadline = start + budget.remaining
    defer { budget.spend(ThreadTime.now - start) }
    switch compiled.match(value, until: deadline) {
    case .matched: return true
    case .different: return false
    case .stopped: throw JobPatternOverrun(pattern: text)
    }
  }
}

/// A text that is no regular expression.
public struct JobPatternError: Error, Sendable, Hashable, CustomStringConvertible {
  public let pattern: String
  /// What the expression's parser says.
  public let reason: String

  public var description: String { "The regular expression \(pattern) is not valid: \(reason)" }
}

/// An expression whose match needs more time or memory than it may have.
public struct JobPatternOverrun: Error, Sendable, Hashable, CustomStringConvertible {
  public let pattern: String

  public var description: String {
    "The regular expression \(pattern) takes too long on this value"
  }
}

extension CompiledPattern {
  /// - Throws: `JobPatternError` for what is too long, not valid, or not translatable.
  convenience init(
    java text: String, isWhole: Bool, dotMatchesAll: Bool = false
  ) throws(JobPatternError) {
    guard text.utf8.count <= JobPattern.longest else {
      throw JobPatternError(
        pattern: String(text.prefix(40)), reason: "it is longer than \(JobPattern.longest) bytes")
    }
    var translation = JavaSyntax(text)
    do throws(JavaSyntaxError) {
      try translation.translate()
    } catch {
      throw JobPatternError(pattern: text, reason: error.reason)
    }
    do throws(CompileFailure) {
      try self.init(
        translation.output, deepest: JobPattern.deepest,
        unicodeClasses: translation.hasUnicodeClasses, isWhole: isWhole,
        dotMatchesAll: dotMatchesAll)
    } catch {
      throw JobPatternError(pattern: text, reason: error.reason)
    }
  }
}
