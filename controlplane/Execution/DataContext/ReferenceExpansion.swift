/// Replaces references to the data context in texts.
struct ReferenceExpansion {
  let context: DataContext

  /// A reference `${group.key}` at the start of a text.
  struct Reference: Hashable {
    var group: String
    var key: String
    /// How many characters it takes, with its braces.
    var length: Int
  }

  /// Replaces each `${group.key}` by its value as it is; one without a value by nothing.
  func expand(_ text: String) -> String {
    expand(text) { value, _ in value }
  }

  /// Replaces only the references to one group.
  func expand(_ text: String, onlyGroup group: String) -> String {
    replace(text) { reference in
      reference.group == group ? context.value(group, reference.key) ?? "" : nil
    }
  }

  /// - Parameter write: makes the text that stands for a value; it also gets the reference's group.
  func expand(_ text: String, write: (String, String) -> String) -> String {
    replace(text) { reference in
      write(context.value(reference.group, reference.key) ?? "", reference.group)
    }
  }

  private func replace(_ text: String, with replacement: (Reference) -> String?) -> String {
    var result = ""
    var rest = text[...]
    while let start = rest.firstIndex(of: "$") {
      result += rest[..<start]
      rest = rest[start...]
      if let reference = Self.reference(at: rest), let text = replacement(reference) {
        result += text
        rest = rest.dropFirst(reference.length)
      } else {
        result.append(rest.removeFirst())
      }
    }
    return result + rest
  }

  /// The reference that this text begins with. What only the shell understands, such as `${HOME}`,
  /// `${name%.*}` or `${x:-a.b}`, is none.
  static func reference(at text: Substring) -> Reference? {
    guard text.hasPrefix("${") else { return nil }
    let body = text.dropFirst(2).prefix(300)
    guard let end = body.firstIndex(of: "}"), let dot = body[..<end].firstIndex(of: ".") else {
      return nil
    }
    let group = body[..<dot]
    let key = body[body.index(after: dot)..<end]
    guard isGroup(group), !key.isEmpty,
      key.allSatisfy({ !$0.isWhitespace && $0 != "$" && $0 != "{" })
    else { return nil }
    return Reference(
      group: String(group), key: String(key),
      length: 2 + body.distance(from: body.startIndex, to: end) + 1)
  }

  /// A name, or a step's number, a colon and a name.
  private static func isGroup(_ text: Substring) -> Bool {
    var name = text
    if let colon = text.firstIndex(of: ":") {
      guard text[..<colon].allSatisfy(\.isNumber), colon != text.startIndex else { return false }
      name = text[text.index(after: colon)...]
    }
    guard let first = name.first, first.isLetter || first == "_" else { return false }
    return name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
  }

  /// Replaces `@group.key@` in a script; `@@` stands for one `@`.
  func expandTokens(_ script: String) -> String {
    var result = ""
    var rest = script[...]
    while let start = rest.firstIndex(of: "@") {
      result += rest[..<start]
      rest = rest[rest.index(after: start)...]
      if rest.first == "@" {
        result.append(rest.removeFirst())
      } else if let (value, after) = token(rest) {
        result += value
        rest = after
      } else {
        result.append("@")
      }
    }
    return result + rest
  }

  /// The value of the token whose first `@` has been passed, and what comes after its last.
  private func token(_ text: Substring) -> (value: String, rest: Substring)? {
    let body = text.prefix(300)
    guard let end = body.firstIndex(where: { $0 == "@" || $0.isWhitespace }), body[end] == "@",
      let dot = body[..<end].firstIndex(of: "."), Self.isGroup(body[..<dot])
    else { return nil }
    let key = String(body[body.index(after: dot)..<end])
    return (context.value(String(body[..<dot]), key) ?? "", text[text.index(after: end)...])
  }
}
