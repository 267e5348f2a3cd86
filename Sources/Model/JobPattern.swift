/// A regular expression out of a job definition or a node filter, matched against whole values.
public struct JobPattern {
  // Rundeck's patterns are Java's; Swift's expressions share the syntax that definitions use.
  private let regex: Regex<AnyRegexOutput>

  /// The longest expression in bytes.
  public static let longest = 4_096
  /// How deep groups and sets may stand in each other. Swift's parser descends with each of them and
  /// would end the process at the end of its stack.
  public static let deepest = 40

  /// - Throws: `JobPatternError` for text that is no regular expression, is longer than `longest` or
  ///   deeper than `deepest`.
  public init(_ text: String) throws(JobPatternError) {
    if text.utf8.count > Self.longest {
      throw JobPatternError(
        pattern: String(text.prefix(40)), reason: "it is longer than \(Self.longest) bytes")
    }
    if Self.depth(of: text) > Self.deepest {
      throw JobPatternError(
        pattern: String(text.prefix(40)),
        reason: "its groups and sets are nested deeper than \(Self.deepest) levels")
    }
    do {
      regex = try Regex(text).matchingSemantics(.unicodeScalar)
    } catch {
      throw JobPatternError(pattern: text, reason: String(describing: error))
    }
  }

  /// An upper bound: brackets within a set count too, though they mean themselves there.
  private static func depth(of text: String) -> Int {
    var depth = 0
    var deepest = 0
    var isEscaped = false
    for byte in text.utf8 {
      switch byte {
      case _ where isEscaped: isEscaped = false
      case UInt8(ascii: "\\"): isEscaped = true
      case UInt8(ascii: "("), UInt8(ascii: "["):
        depth += 1
        deepest = max(deepest, depth)
      case UInt8(ascii: ")"), UInt8(ascii: "]"): depth = max(0, depth - 1)
      default: break
      }
    }
    return deepest
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
