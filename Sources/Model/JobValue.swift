/// A part of a job definition that is kept as it was written: the common tree of YAML, JSON and XML.
///
/// Maps keep their order and numbers their text, so what goes in comes out again.
public enum JobValue: Sendable, Hashable {
  case null
  case boolean(Bool)
  /// A number in the text that the document had, for example `0.10`.
  case number(String)
  case text(String)
  case list([JobValue])
  case map([JobEntry])
}

/// One key of a map in a job definition.
public struct JobEntry: Sendable, Hashable {
  public var key: String
  public var value: JobValue

  public init(_ key: String, _ value: JobValue) {
    self.key = key
    self.value = value
  }
}

extension JobValue {
  /// The value under a key of a map; nil for a missing key and for anything but a map.
  public subscript(key: String) -> JobValue? {
    guard case .map(let entries) = self else { return nil }
    return entries.first { $0.key == key }?.value
  }

  /// The text of a scalar as a person would write it; nil for null, lists and maps.
  public var scalarText: String? {
    switch self {
    case .boolean(let value): value ? "true" : "false"
    case .number(let text), .text(let text): text
    case .null, .list, .map: nil
    }
  }

  /// What this value is called in messages to people.
  public var kindName: String {
    switch self {
    case .null: "nothing"
    case .boolean: "true/false"
    case .number: "a number"
    case .text: "text"
    case .list: "a list"
    case .map: "a map"
    }
  }
}
