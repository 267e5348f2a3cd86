/// A piece of a line of rules that knows where it stands.
struct RuleText: Sendable {
  var characters: ArraySlice<Character>
  let line: Int

  /// Of a whole line.
  init(_ text: Substring, line: Int) {
    characters = ArraySlice(Array(text))
    self.line = line
  }

  private init(_ characters: ArraySlice<Character>, _ line: Int) {
    self.characters = characters
    self.line = line
  }

  var string: String { String(characters) }
  /// Where it begins, counted from 1.
  var column: Int { characters.startIndex + 1 }

  var trimmed: RuleText {
    var rest = characters.drop(while: \.isWhitespace)
    while rest.last?.isWhitespace ?? false { rest.removeLast() }
    return RuleText(rest, line)
  }

  func split(at separator: Character) -> [RuleText] {
    characters.split(separator: separator, omittingEmptySubsequences: false)
      .map { RuleText($0, line) }
  }

  func dropping(_ count: Int) -> RuleText { RuleText(characters.dropFirst(count), line) }

  /// The part from one place to another, in the places of the whole line.
  func part(_ range: Range<Int>) -> RuleText { RuleText(characters[range], line) }

  func hasPrefix(_ prefix: String) -> Bool { characters.starts(with: prefix) }

  func error(_ problem: String) -> RulesetError {
    RulesetError(line: line, column: column, problem: problem)
  }
}
