/// Which addresses an option's values may come from.
enum RemoteAddress {
  /// Whether this is an http, https or file URL; references such as `${option.x.value}` may be
  /// anywhere in it.
  static func isValid(_ text: String) -> Bool {
    if text.hasPrefix("${") { return true }
    guard let colon = text.firstIndex(of: ":") else { return false }
    let rest = text[text.index(after: colon)...]
    switch text[..<colon].lowercased() {
    case "http", "https":
      return rest.hasPrefix("//") && rest.dropFirst(2).first.map { $0 != "/" } ?? false
    case "file": return !rest.isEmpty
    default: return false
    }
  }
}
