/// Cuts a node filter into words and these into clauses.
struct NodeFilterParser {
  /// A word, and how many of its characters at the start stand outside quotes.
  struct Word: Hashable {
    var text = ""
    var bare = 0
  }

  private var rest: Substring

  init(_ text: String) { rest = text[...] }

  mutating func words() throws(NodeFilterError) -> [Word] {
    var words: [Word] = []
    while let word = try nextWord() { words.append(word) }
    return words
  }

  private mutating func nextWord() throws(NodeFilterError) -> Word? {
    rest = rest.drop(while: \.isWhitespace)
    guard !rest.isEmpty else { return nil }
    var word = Word()
    var isBare = true
    while let character = rest.first, !character.isWhitespace {
      // A quote opens a value, at its start or after the colon of its key; elsewhere it is a letter.
      if character == "\"" || character == "'", word.text.isEmpty || word.text.last == ":" {
        word.text += try quoted(character)
        isBare = false
      } else {
        word.text.append(character)
        if isBare { word.bare += 1 }
        rest.removeFirst()
      }
    }
    return word
  }

  private mutating func quoted(_ quote: Character) throws(NodeFilterError) -> String {
    let start = rest
    rest.removeFirst()
    guard let end = rest.firstIndex(of: quote) else { throw .unterminatedQuote(String(start)) }
    defer { rest = rest[rest.index(after: end)...] }
    return String(rest[..<end])
  }

  static func clauses(_ words: [Word]) throws(NodeFilterError) -> [NodeFilterClause] {
    var clauses: [NodeFilterClause] = []
    var key: String?
    for word in words {
      let (found, value) = split(word)
      if let found {
        if let key { throw .missingValue(attribute: key) }
        if found.isEmpty || found == "!" { throw .missingAttribute(word.text) }
        key = found
      }
      guard let value else { continue }
      add(value, key: key ?? "nodename", to: &clauses)
      key = nil
    }
    if let key { throw .missingValue(attribute: key) }
    return clauses
  }

  /// `key:` is a key even with colons inside; `key:value` is cut at the first colon.
  private static func split(_ word: Word) -> (key: String?, value: String?) {
    let bare = word.text.prefix(word.bare)
    if word.bare == word.text.count, bare.last == ":" { return (String(bare.dropLast()), nil) }
    guard let colon = bare.firstIndex(of: ":") else { return (nil, word.text) }
    return (String(bare[..<colon]), String(word.text[word.text.index(after: colon)...]))
  }

  private static func add(_ value: String, key: String, to clauses: inout [NodeFilterClause]) {
    let isNegated = key.hasPrefix("!")
    let attribute = canonical(isNegated ? String(key.dropFirst()) : key)
    let place = clauses.firstIndex { $0.attribute == attribute && $0.isNegated == isNegated }
    if let place {
      clauses[place].values.append(value)
    } else {
      clauses.append(
        NodeFilterClause(attribute: attribute, isNegated: isNegated, values: [value]))
    }
  }

  private static func canonical(_ key: String) -> String {
    switch key {
    case "name": "nodename"
    case "os-name": "osName"
    case "os-family": "osFamily"
    case "os-arch": "osArch"
    case "os-version": "osVersion"
    default: key
    }
  }
}
