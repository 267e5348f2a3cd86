import Model

extension JobOption {
  /// What is wrong with the format of an option that is a date.
  var dateProblems: [JobProblem] {
    guard isDate, let dateFormat, !dateFormat.isEmpty, !DateFormatSyntax.isPlausible(dateFormat)
    else { return [] }
    return [
      JobProblem(
        field: "dateFormat", value: dateFormat,
        message: "The date format must be one of momentjs, such as YYYY-MM-DD HH:mm:ss, "
          + "with other text in [ ]")
    ]
  }
}

/// What can be told of a date format of moment.js without a date.
enum DateFormatSyntax {
  /// Whether something of a date or time is in it, on one line, and all brackets are closed.
  static func isPlausible(_ format: String) -> Bool {
    var isText = false
    var saysSomething = false
    for character in format {
      switch character {
      case "[" where !isText: isText = true
      case "]" where isText: isText = false
      case _ where character.isNewline || character == "\0": return false
      default: saysSomething = saysSomething || (!isText && letters.contains(character))
      }
    }
    return saysSomething && !isText
  }

  private static let letters = Set("MQDdeEwWyYNgGAaHhkmsSzZXxLl")
}
