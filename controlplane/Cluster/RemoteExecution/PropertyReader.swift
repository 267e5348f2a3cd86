/// Reads properties one by one and remembers what was wrong and what nobody asked for.
struct PropertyReader {
  private let properties: [String: String]
  private(set) var problems: [PolicyProblem] = []
  private var asked: Set<String> = []

  init(_ properties: [String: String]) { self.properties = properties }

  /// The value without white space around it; nil when there is none or it is empty.
  mutating func text(_ key: String) -> String? {
    asked.insert(key)
    guard let value = properties[key]?.trimmed, !value.isEmpty else { return nil }
    return value
  }

  /// The value's entries between commas.
  mutating func list(_ key: String) -> [String] { text(key)?.listEntries ?? [] }

  /// A switch; `standard` when it is not given or no switch.
  mutating func flag(_ key: String, default standard: Bool) -> Bool {
    guard let value = text(key) else { return standard }
    switch value.lowercased() {
    case "true", "yes", "on", "1": return true
    case "false", "no", "off", "0": return false
    default:
      reject(key, value, "true or false")
      return standard
    }
  }

  /// What `parse` makes of the value; nil, with a problem that names `form`, when it makes nothing of it.
  mutating func value<Value>(
    _ key: String, form: String, _ parse: (String) -> Value?
  ) -> Value? {
    guard let written = text(key) else { return nil }
    let value = parse(written)
    if value == nil { reject(key, written, form) }
    return value
  }

  /// One of the names, whatever its case; nil, with a problem, for any other.
  mutating func name(_ key: String, of names: [String]) -> String? {
    value(key, form: "one of " + names.joined(separator: ", ")) { written in
      names.first { $0.lowercased() == written.lowercased() }
    }
  }

  /// Notes a value that stops the start.
  mutating func reject(_ key: String, _ value: String?, _ allowed: String) {
    problems.append(PolicyProblem(.error, key: key, value: value, allowed: allowed))
  }

  /// Notes something that has another effect than was perhaps meant.
  mutating func warn(_ key: String, _ value: String?, _ allowed: String) {
    problems.append(PolicyProblem(.warning, key: key, value: value, allowed: allowed))
  }

  /// The keys with that prefix that nobody asked for, in order.
  func unread(under prefix: String) -> [(key: String, value: String)] {
    properties.filter { $0.key.hasPrefix(prefix) && !asked.contains($0.key) }
      .sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}
