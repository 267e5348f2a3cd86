/// Arguments as one line of text, with quotes: Rundeck's `argString` and the arguments of scripts.
///
/// White space separates. `'…'` and `"…"` keep it; inside them the doubled quote stands for itself.
/// Outside of single quotes a backslash takes the meaning from a quote, a space or a backslash, and is
/// itself before anything else, so that `C:\dir` stays what it is.
public enum ArgumentLine {
  /// Cuts a line into its arguments. An accent behind a quote makes it no other quote: it is read scalar by scalar.
  ///
  /// - Throws: `ArgumentLineError.unterminatedQuote` for a quote without its end.
  public static func split(_ line: String) throws(ArgumentLineError) -> [String] {
    var arguments: [String] = []
    var current: String.UnicodeScalarView?
    var rest = line.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      if scalar.properties.isWhitespace {
        if let argument = current { arguments.append(String(argument)) }
        current = nil
        continue
      }
      var argument = current ?? String.UnicodeScalarView()
      current = nil
      switch scalar {
      case "\"", "'": try take(quotedBy: scalar, &rest, into: &argument)
      case "\\": argument.append(escaped(&rest))
      default: argument.append(scalar)
      }
      current = argument
    }
    if let argument = current { arguments.append(String(argument)) }
    return arguments
  }

  private static func take(
    quotedBy quote: Unicode.Scalar, _ rest: inout Substring.UnicodeScalarView,
    into argument: inout String.UnicodeScalarView
  ) throws(ArgumentLineError) {
    let start = argument.endIndex
    while let scalar = rest.popFirst() {
      if scalar == quote {
        guard rest.first == quote else { return }
        argument.append(rest.removeFirst())
      } else if scalar == "\\", quote == "\"" {
        argument.append(escaped(&rest))
      } else {
        argument.append(scalar)
      }
    }
    throw .unterminatedQuote(String(argument[start...]))
  }

  private static func escaped(_ rest: inout Substring.UnicodeScalarView) -> Unicode.Scalar {
    guard let next = rest.first, next == "\"" || next == "'" || next == "\\" || next == " " else {
      return "\\"
    }
    return rest.removeFirst()
  }

  /// The line that `split` cuts into these arguments; quotes only where they are needed.
  public static func join(_ arguments: [String]) -> String {
    arguments.map(quoteIfNeeded).joined(separator: " ")
  }

  private static func quoteIfNeeded(_ argument: String) -> String {
    let isPlain =
      !argument.isEmpty
      && argument.unicodeScalars.allSatisfy {
        !$0.properties.isWhitespace && $0 != "\"" && $0 != "'" && $0 != "\\"
      }
    if isPlain { return argument }
    var quoted = "\"".unicodeScalars
    for scalar in argument.unicodeScalars {
      if scalar == "\\" || scalar == "\"" { quoted.append("\\") }
      quoted.append(scalar)
    }
    quoted.append("\"")
    return String(quoted)
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
