/// Arguments as one line of text, with quotes: Rundeck's `argString` and the arguments of scripts.
///
/// White space separates. `'…'` and `"…"` keep it; inside them the doubled quote stands for itself.
/// Outside of single quotes a backslash takes the meaning from a quote, a space or a backslash, and is
/// itself before anything else, so that `C:\dir` stays what it is.
public enum ArgumentLine {
  /// Cuts a line into its arguments.
  ///
  /// - Throws: `ArgumentLineError.unterminatedQuote` for a quote without its end.
  public static func split(_ line: String) throws(ArgumentLineError) -> [String] {
    var arguments: [String] = []
    var current: String?
    var rest = line[...]
    while let character = rest.popFirst() {
      switch character {
      case "\"", "'": current = (current ?? "") + (try quoted(character, &rest))
      case "\\": current = (current ?? "") + escaped(&rest)
      case _ where character.isWhitespace:
        if let argument = current { arguments.append(argument) }
        current = nil
      default: current = (current ?? "") + String(character)
      }
    }
    if let argument = current { arguments.append(argument) }
    return arguments
  }

  private static func quoted(
    _ quote: Character, _ rest: inout Substring
  ) throws(ArgumentLineError) -> String {
    var text = ""
    while let character = rest.popFirst() {
      if character == quote {
        guard rest.first == quote else { return text }
        text.append(rest.removeFirst())
      } else if character == "\\", quote == "\"" {
        text += escaped(&rest)
      } else {
        text.append(character)
      }
    }
    throw .unterminatedQuote(text)
  }

  private static func escaped(_ rest: inout Substring) -> String {
    guard let next = rest.first, next == "\"" || next == "'" || next == "\\" || next == " " else {
      return "\\"
    }
    return String(rest.removeFirst())
  }

  /// The line that `split` cuts into these arguments; quotes only where they are needed.
  public static func join(_ arguments: [String]) -> String {
    arguments.map(quoteIfNeeded).joined(separator: " ")
  }

  private static func quoteIfNeeded(_ argument: String) -> String {
    let isPlain =
      !argument.isEmpty && argument.allSatisfy { !$0.isWhitespace && !"\"'\\".contains($0) }
    if isPlain { return argument }
    let escaped = argument.map { $0 == "\\" || $0 == "\"" ? "\\\($0)" : String($0) }
    return "\"" + escaped.joined() + "\""
  }

  /// Reads `-name value -other value`.
  ///
  /// - Throws: `missingValue` for a name at the end, `unexpected` for a text where a name should be.
  public static func options(
    _ line: String
  ) throws(ArgumentLineError) -> [(name: String, value: String)] {
    var options: [(name: String, value: String)] = []
    var arguments = try split(line)[...]
    while let argument = arguments.popFirst() {
      guard argument.hasPrefix("-"), argument.count > 1 else { throw .unexpected(argument) }
      let name = String(argument.dropFirst())
      guard let value = arguments.popFirst() else { throw .missingValue(option: name) }
      options.append((name, value))
    }
    return options
  }
}

/// Why a line of arguments cannot be read.
public enum ArgumentLineError: Error, Sendable, Hashable, CustomStringConvertible {
  case unterminatedQuote(String)
  case missingValue(option: String)
  case unexpected(String)

  public var description: String {
    switch self {
    case .unterminatedQuote(let text): "The argument string has a quote without its end: \(text)"
    case .missingValue(let option): "Option '\(option)' has no value in the argument string."
    case .unexpected(let text):
      "The argument string must be pairs of -name and value, but has: \(text)"
    }
  }
}
