/// A date format in the language of moment.js, for telling whether a text is a date of it.
///
/// Known are years, months, days, week days, hours, minutes, seconds, fractions, AM and PM, zones, quarters, Unix times,
/// the fixed forms `L`, `LT`, `LTS`, and texts: `[text]`, and letters that mean nothing (`T`). Whoever uses weeks or
/// eras is not checked.
struct MomentFormat: Sendable, Hashable {
  private let tokens: [MomentToken]

  /// Nil for a format with a token that is not known here.
  init?(_ format: String) {
    var tokens: [MomentToken] = []
    var rest = Self.withoutAbbreviations(format)[...]
    while let character = rest.first {
      if character == "[", let end = rest.firstIndex(of: "]") {
        tokens += rest[rest.index(after: rest.startIndex)..<end].map(MomentToken.literal)
        rest = rest[rest.index(after: end)...]
      } else if character.isASCII, character.isLetter {
        guard let token = MomentToken.take(&rest) else { return nil }
        tokens.append(token)
      } else {
        tokens.append(.literal(rest.removeFirst()))
      }
    }
    self.tokens = tokens
  }

  /// `L` and its like stand for other formats.
  private static func withoutAbbreviations(_ format: String) -> String {
    switch format {
    case "L": "MM/DD/YYYY"
    case "LT": "h:mm A"
    case "LTS": "h:mm:ss A"
    case "LL": "MMMM D, YYYY"
    case "LLL": "MMMM D, YYYY h:mm A"
    case "LLLL": "dddd, MMMM D, YYYY h:mm A"
    default: format
    }
  }

  /// Whether the whole text is a date of this format that exists: not a 30th of February.
  func matches(_ text: String) -> Bool {
    var rest = text[...]
    var date = MomentDate()
    for token in tokens {
      guard token.read(&rest, into: &date) else { return false }
    }
    return rest.isEmpty && date.exists
  }
}

/// What the parts of a date said.
struct MomentDate {
  var year: Int?
  var month: Int?
  var day: Int?

  /// Whether the month has that day.
  var exists: Bool {
    guard let day else { return true }
    guard let month else { return day <= 31 }
    let lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard day <= lengths[month - 1] else { return false }
    guard month == 2, day == 29, let year else { return true }
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }
}
