/// The keys of one map of a definition: each is taken once, and what nobody took is an error.
public struct DefinitionFields: Sendable {
  /// Where the map is, for messages; empty for the definition itself.
  public let path: String
  private var entries: [String: JobValue] = [:]

  /// - Throws: `JobProblem` for anything but a map.
  public init(_ value: JobValue, path: String) throws(JobProblem) {
    guard case .map(let entries) = value else {
      throw JobProblem(field: path, message: "expected a map, found \(value.kindName)")
    }
    self.path = path
    for entry in entries { self.entries[entry.key] = entry.value }
  }

  /// Whether a key is there, and not null.
  public func has(_ key: String) -> Bool { entries[key].map { $0 != .null } ?? false }

  /// The path of a key, for messages.
  public func field(_ key: String) -> String { path.isEmpty ? key : path + "." + key }

  /// Takes a key as it is; nil when it is missing or null.
  public mutating func take(_ key: String) -> JobValue? {
    guard let value = entries.removeValue(forKey: key), value != .null else { return nil }
    return value
  }

  /// Takes a scalar as text.
  public mutating func text(_ key: String) throws(JobProblem) -> String? {
    guard let value = take(key) else { return nil }
    guard let text = value.scalarText else {
      throw JobProblem(field: field(key), message: "expected text, found \(value.kindName)")
    }
    guard !text.utf8.contains(0) else {
      throw JobProblem(field: field(key), message: "a text must not contain the character U+0000")
    }
    return text
  }

  /// Takes a scalar as text; nil for an empty one too.
  public mutating func filledText(_ key: String) throws(JobProblem) -> String? {
    try text(key).flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Takes `true` or `false`, as a value or as a text.
  public mutating func flag(_ key: String) throws(JobProblem) -> Bool? {
    guard let text = try text(key) else { return nil }
    switch text.lowercased() {
    case "true", "yes", "on": return true
    case "false", "no", "off", "": return false
    default:
      throw JobProblem(field: field(key), value: text, message: "must be true or false")
    }
  }

  /// Takes a number of at least `least`, or a reference such as `${option.x}`, as text; nil when it is
  /// missing or empty.
  public mutating func count(
    _ key: String, atLeast least: Int
  ) throws(JobProblem) -> String? {
    guard let text = try filledText(key) else { return nil }
    if text.hasReference { return text }
    guard let number = Int(text), number >= least else {
      throw JobProblem(
        field: field(key), value: text,
        message: "must be a whole number, at least \(least), or a reference such as ${option.x}")
    }
    return text
  }

  /// Takes those of the keys that are there, in their canonical form.
  public mutating func kept(_ keys: Set<String>) -> [String: JobValue] {
    var kept: [String: JobValue] = [:]
    for key in keys { if let value = take(key) { kept[key] = value.canonical(under: key) } }
    return kept
  }

  /// Refuses the keys that nobody took.
  ///
  /// - Throws: `JobProblem` that names all of them.
  public func refuseRest() throws(JobProblem) {
    let unknown = entries.keys.sorted()
    guard let first = unknown.first else { return }
    let names = unknown.joined(separator: "', '")
    throw JobProblem(field: field(first), message: "unknown key '\(names)'")
  }
}

extension String {
  /// Whether a reference such as `${option.x}` begins somewhere in it, whatever marks combine with its signs.
  public var hasReference: Bool {
    var last: UInt8 = 0
    for byte in utf8 {
      if byte == UInt8(ascii: "{"), last == UInt8(ascii: "$") { return true }
      last = byte
    }
    return false
  }
}
