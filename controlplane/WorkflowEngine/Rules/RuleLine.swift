/// One rule: for which steps, what they wait for, and what is asked.
struct RuleLine: Sendable {
  /// What a directive makes a step wait for.
  enum Wait: Sendable, Hashable {
    case nothing
    case stepBefore
    case steps(Set<Int>)
  }

  let steps: Set<Int>
  private(set) var waits: [(wait: Wait, at: RuleText)] = []
  private(set) var conditions: [RuleCondition] = []

  init(_ line: Substring, number: Int, steps all: RuleSteps) throws(RulesetError) {
    let whole = RuleText(line, line: number).trimmed
    guard whole.hasPrefix("["), let end = whole.characters.firstIndex(of: "]") else {
      throw whole.error(
        "a rule begins with its steps in brackets, such as [1], [2,4-6], [Deploy QA] or [*]")
    }
    let list = whole.part(whole.characters.startIndex + 1..<end)
    steps = try all.read(list, allowsAll: true)
    let rest = whole.part(end + 1..<whole.characters.endIndex)
    let words = try RuleWord.all(in: rest)
    guard !words.isEmpty else {
      throw rest.error("a directive or a condition is missing; \(Self.allowed)")
    }
    for word in words { try add(word, all) }
  }

  private mutating func add(_ word: RuleWord, _ all: RuleSteps) throws(RulesetError) {
    let text = word.text
    if text.string == "run-at-start" {
      waits.append((.nothing, text))
    } else if text.string == "run-in-sequence" {
      waits.append((.stepBefore, text))
    } else if text.hasPrefix("run-after:") {
      waits.append((.steps(try all.read(text.dropping(10), allowsAll: false)), text))
    } else if text.hasPrefix("if:") {
      conditions.append(RuleCondition(expects: true, try RuleExpression(text.dropping(3))))
    } else if text.hasPrefix("unless:") {
      conditions.append(RuleCondition(expects: false, try RuleExpression(text.dropping(7))))
    } else {
      throw text.error("\"\(text.string)\" is not known; \(Self.allowed)")
    }
  }

  private static let allowed =
    "allowed are run-at-start, run-in-sequence, run-after:STEPS, if:CONDITION and unless:CONDITION"
}

/// A directive or a condition: characters up to a blank, or with blanks between double quotes. Within quotes
/// `\"` is a quote.
struct RuleWord: Sendable {
  /// Without its quotes; it stands where the word begins.
  let text: RuleText

  static func all(in text: RuleText) throws(RulesetError) -> [RuleWord] {
    var words: [RuleWord] = []
    var rest = text.trimmed
    while !rest.characters.isEmpty {
      let (word, length) = try first(in: rest)
      words.append(word)
      rest = rest.dropping(length).trimmed
    }
    return words
  }

  private static func first(in text: RuleText) throws(RulesetError) -> (RuleWord, length: Int) {
    var plain: [Character] = []
    var isQuoted = false
    var index = text.characters.startIndex
    while index < text.characters.endIndex {
      let character = text.characters[index]
      let next = index + 1 < text.characters.endIndex ? text.characters[index + 1] : nil
      if !isQuoted, character.isWhitespace { break }
      if isQuoted, character == "\\", next == "\"" {
        plain.append("\"")
        index += 1
      } else if character == "\"" {
        isQuoted.toggle()
      } else {
        plain.append(character)
      }
      index += 1
    }
    guard !isQuoted else { throw text.error("a double quote is missing at the end of this word") }
    return (
      RuleWord(text: text.replacing(plain)), length: index - text.characters.startIndex
    )
  }
}

extension RuleText {
  /// Other characters that stand where these do.
  func replacing(_ plain: [Character]) -> RuleText {
    var text = self
    let padding = Array(repeating: Character(" "), count: characters.startIndex)
    text.characters = (padding + plain)[characters.startIndex...]
    return text
  }
}
