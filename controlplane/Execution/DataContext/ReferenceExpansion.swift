/// Replaces references to the data context in texts.
///
/// What comes out is bounded: a value of a megabyte that is referred to a thousand times fails instead of taking
/// the member's memory.
struct ReferenceExpansion {
  let context: DataContext
  /// The most bytes that one text may become.
  var limit = ReferenceExpansion.mostBytes
  /// Options whose references stay as they are.
  var leaves: Set<String> = []

  static let mostBytes = 16 << 20

  init(context: DataContext, limit: Int = ReferenceExpansion.mostBytes) {
    self.context = context
    self.limit = limit
  }

  /// A reference `${group.key}` or a token `@group.key@`.
  struct Reference: Hashable {
    var group: String
    var key: String
    /// How many bytes of UTF-8 it takes, with what encloses it.
    var length: Int
  }

  /// Replaces each `${group.key}` by its value as it is; one without a value by nothing.
  func expand(_ text: String) throws(ExpansionOverrun) -> String {
    try replace(text) { value($0) }
  }

  /// Replaces each reference that has a value; the others stay as they are.
  func expandKnown(_ text: String) throws(ExpansionOverrun) -> String {
    try replace(text) { context.value($0.group, $0.key) }
  }

  /// Replaces only the references to one group.
  func expand(_ text: String, onlyGroup group: String) throws(ExpansionOverrun) -> String {
    try replace(text) { $0.group == group ? value($0) : nil }
  }

  /// - Parameter write: makes the text that stands for a value; it also gets the reference's group.
  func expand(
    _ text: String, write: (String, String) -> String
  ) throws(ExpansionOverrun) -> String {
    try replace(text) { write(value($0), $0.group) }
  }

  func value(_ reference: Reference) -> String {
    context.value(reference.group, reference.key) ?? ""
  }

  private func isLeft(_ reference: Reference) -> Bool {
    leaves.contains(reference.key)
      && (reference.group == "option" || reference.group == "unquotedoption")
  }

  private func replace(
    _ text: String, with replacement: (Reference) -> String?
  ) throws(ExpansionOverrun) -> String {
    guard text.utf8.contains(0x24) else { return text }
    var output = ExpandedBytes(limit: limit)
    var rest = Array(text.utf8)[...]
    while let start = rest.firstIndex(of: 0x24) {
      try output.append(rest[..<start])
      rest = rest[start...]
      if let reference = Self.reference(at: rest), !isLeft(reference),
        let value = replacement(reference)
      {
        try output.append(value.utf8)
        rest = rest.dropFirst(reference.length)
      } else {
        try output.append(CollectionOfOne(0x24))
        rest = rest.dropFirst()
      }
    }
    try output.append(rest)
    return output.text
  }

  /// The reference that this text begins with. What only the shell understands, such as `${HOME}`,
  /// `${name%.*}` or `${x:-a.b}`, is none.
  static func reference(at text: Substring) -> Reference? {
    reference(at: Array(text.utf8.prefix(longest + 3))[...])
  }

  static func reference(at bytes: ArraySlice<UInt8>) -> Reference? {
    guard bytes.starts(with: [0x24, 0x7B]) else { return nil }
    let body = bytes.dropFirst(2).prefix(longest)
    guard let end = body.firstIndex(of: 0x7D), let dot = body[..<end].firstIndex(of: 0x2E)
    else { return nil }
    let (group, key) = (body[..<dot], body[(dot + 1)..<end])
    let isKey = { (byte: UInt8) in byte > 0x20 && byte != 0x24 && byte != 0x7B }
    guard isGroup(group), !key.isEmpty, key.allSatisfy(isKey) else { return nil }
    return Reference(
      group: String(decoding: group, as: UTF8.self), key: String(decoding: key, as: UTF8.self),
      length: 2 + body.distance(from: body.startIndex, to: end) + 1)
  }

  /// How many bytes may stand between the braces.
  private static let longest = 300

  /// A name, or a step's number, a colon and a name.
  private static func isGroup(_ text: ArraySlice<UInt8>) -> Bool {
    var name = text
    if let colon = text.firstIndex(of: 0x3A) {
      guard text[..<colon].allSatisfy({ (0x30...0x39).contains($0) }), colon != text.startIndex
      else {
        return false
      }
      name = text[(colon + 1)...]
    }
    guard let first = name.first, isLetter(first) || first == 0x5F else { return false }
    return name.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

  /// Replaces `@group.key@` in a script; `@@` stands for one `@`.
  func expandTokens(_ script: String) throws(ExpansionOverrun) -> String {
    guard script.utf8.contains(0x40) else { return script }
    var output = ExpandedBytes(limit: limit)
    var rest = Array(script.utf8)[...]
    while let start = rest.firstIndex(of: 0x40) {
      try output.append(rest[..<start])
      rest = rest[(start + 1)...]
      if rest.first == 0x40 {
        try output.append(CollectionOfOne(0x40))
        rest = rest.dropFirst()
      } else if let token = Self.token(rest) {
        try output.append(value(token).utf8)
        rest = rest.dropFirst(token.length)
      } else {
        try output.append(CollectionOfOne(0x40))
      }
    }
    try output.append(rest)
    return output.text
  }

  /// The token whose first `@` has been passed; its length is without that.
  private static func token(_ text: ArraySlice<UInt8>) -> Reference? {
    let body = text.prefix(longest)
    guard let end = body.firstIndex(where: { $0 == 0x40 || $0 <= 0x20 }), body[end] == 0x40,
      let dot = body[..<end].firstIndex(of: 0x2E), isGroup(body[..<dot]), dot + 1 < end
    else { return nil }
    return Reference(
      group: String(decoding: body[..<dot], as: UTF8.self),
      key: String(decoding: body[(dot + 1)..<end], as: UTF8.self),
      length: body.distance(from: body.startIndex, to: end) + 1)
  }
}

/// A text with its references replaced, as it grows.
private struct ExpandedBytes {
  let limit: Int
  private var bytes: [UInt8] = []

  init(limit: Int) { self.limit = limit }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  mutating func append(_ more: some Collection<UInt8>) throws(ExpansionOverrun) {
    guard bytes.count + more.count <= limit else { throw ExpansionOverrun(limit: limit) }
    bytes.append(contentsOf: more)
  }
}

/// A text would become longer than it may once its references are replaced.
struct ExpansionOverrun: Error, Sendable, Hashable, CustomStringConvertible {
  /// In bytes.
  let limit: Int

  var description: String {
    "with its references replaced the text would be longer than \(limit / 1024) KiB"
  }
}
