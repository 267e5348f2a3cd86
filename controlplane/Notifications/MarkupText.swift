/// Text within HTML and XML.
enum MarkupText {
  /// The text with what has a meaning in markup as references, in attributes too. Characters that XML cannot have at
  /// all become U+FFFD. `exactly` has tabs and line ends as references as well: a reader of XML makes spaces or line
  /// feeds of them otherwise.
  static func escaped(_ text: String, exactly: Bool = false) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n", "\r": result += exactly ? "&#\(scalar.value);" : String(scalar)
      default: result.unicodeScalars.append(isImpossible(scalar) ? "\u{FFFD}" : scalar)
      }
    }
    return result
  }

  private static func isImpossible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\t", "\n", "\r": false
    default: scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF
    }
  }
}
