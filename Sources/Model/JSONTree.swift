/// A JSON value.
public enum JSONTree: Sendable, Hashable {
  case null
  case boolean(Bool)
  /// In the shortest text that means it.
  case number(String)
  case text(String)
  case list([JSONTree])
  case map([String: JSONTree])

  /// A text as it is; everything else as JSON.
  public var plainText: String { if case .text(let text) = self { text } else { json } }

  /// As JSON, keys in alphabetical order.
  public var json: String {
    switch self {
    case .null: "null"
    case .boolean(let value): value ? "true" : "false"
    case .number(let text): text
    case .text(let text): Self.quoted(text)
    case .list(let items): "[" + items.map(\.json).joined(separator: ",") + "]"
    case .map(let values):
      "{"
        + values.sorted { $0.key < $1.key }.map { Self.quoted($0.key) + ":" + $0.value.json }
        .joined(separator: ",") + "}"
    }
  }

  private static func quoted(_ text: String) -> String {
    var json = ""
    JSONString.append(text, to: &json)
    return json
  }
}
