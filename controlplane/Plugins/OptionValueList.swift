public import Execution

/// What a plugin of the service `OptionValues` prints: lines `label:value` between two marks; a line without a colon is both.
/// What stands before and after the marks is passed over. Pure.
public struct OptionValueList: Sendable, Hashable {
  /// Why the lines are no list, for people.
  public enum Problem: Error, Sendable, Hashable, CustomStringConvertible {
    case noStart
    case noEnd
    /// A value that no process can be given; the line counts from 1.
    case unusable(line: Int)

    public var description: String {
      switch self {
      case .noStart: "it printed no list: there is no line \(OptionValueList.start)"
      case .noEnd: "its list has no end: there is no line \(OptionValueList.end) behind it"
      case .unusable(let line): "line \(line) of its output has the character U+0000"
      }
    }
  }

  public let choices: [OptionChoice]

  static let start = "==START_OPTIONS=="
  static let end = "==END_OPTIONS=="

  /// Throws what keeps the lines from being a list: a list that was cut must not be taken for a whole one.
  public init(lines: some Sequence<String>) throws(Problem) {
    var found: [OptionChoice] = []
    var (hasStart, isInside) = (false, false)
    for (index, line) in lines.enumerated() {
      let text = line.trimmingPrefix(while: \.isWhitespace)
      switch text.trimmingSuffix {
      case Self.start: (hasStart, isInside) = (true, true)
      case Self.end: isInside = false
      case "": break
      default:
        guard isInside else { continue }
        guard !text.utf8.contains(0) else { throw .unusable(line: index + 1) }
        found.append(Self.choice(text))
      }
    }
    guard hasStart else { throw .noStart }
    guard !isInside else { throw .noEnd }
    choices = found
  }

  private static func choice(_ text: Substring) -> OptionChoice {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    return OptionChoice(name: String(parts[0]), value: String(parts[parts.count - 1]))
  }
}

extension Substring {
  /// Without the white space at its end.
  fileprivate var trimmingSuffix: Substring {
    var rest = self
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return rest
  }
}
