import HTTPClient
import JobFormat
import Model

/// The setting `headers` of a request: a list of `name` and `value` in YAML or JSON, or a map of names to values.
enum RequestHeaders {
  /// The fields, references replaced. Throws `UnfitStep` for what is no such list.
  static func read(_ settings: StepConfiguration) throws(UnfitStep) -> HTTPHeaders {
    var headers = HTTPHeaders()
    guard let text = try settings.text("headers") else { return headers }
    for (name, value) in try pairs(text, settings) {
      guard isName(name), !value.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 }) else {
        throw settings.bad("headers", "\(name): \(value)", "header fields of one line each")
      }
      headers.append(name, value)
    }
    return headers
  }

  private static func pairs(
    _ text: String, _ settings: StepConfiguration
  ) throws(UnfitStep) -> [(String, String)] {
    let allowed = "a list of {name: …, value: …} in YAML or JSON"
    // The documentation's JSON example is a list without its brackets.
    let start = text.first { !$0.isWhitespace }
    let isBare = start == "{" && text.contains("\"name\"")
    guard let tree = try? PlainYAML.read(isBare ? "[\(text)]" : text) else {
      throw settings.bad("headers", text, allowed)
    }
    switch tree {
    case .null: return []
    case .map(let entries): return entries.map { ($0.key, $0.value.scalarText ?? "") }
    case .list(let items):
      var pairs: [(String, String)] = []
      for item in items {
        guard let name = item["name"]?.scalarText, let value = item["value"]?.scalarText else {
          throw settings.bad("headers", text, allowed)
        }
        pairs.append((name, value))
      }
      return pairs
    default: throw settings.bad("headers", text, allowed)
    }
  }

  private static func isName(_ name: String) -> Bool {
    !name.isEmpty
      && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"\"(),/:;<=>?@[\\]{}".utf8.contains($0) }
  }
}
