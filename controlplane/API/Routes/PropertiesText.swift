/// Settings as the text of a Java properties file.
enum PropertiesText {
  static func read(_ text: String) -> [String: String] {
    var settings: [String: String] = [:]
    for line in text.split(whereSeparator: \.isNewline) {
      let line = trimmed(line)
      guard let first = line.first, first != "#", first != "!" else { continue }
      let sides = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      settings[String(trimmed(sides[0]))] = sides.count > 1 ? String(trimmed(sides[1])) : ""
    }
    return settings
  }

  static func write(_ settings: [String: String]) -> String {
    settings.sorted { $0.key < $1.key }
      .map { "\($0.key)=\($0.value.replacing("\n", with: "\\n"))\n" }.joined()
  }
}
