import Daemon

/// What an agent may be called: its name is its node's, and stands in node filters, logs and addresses.
enum AgentName {
  /// The longest name in characters.
  static let longest = 255

  /// Why a text cannot be a name; nil when it can.
  static func problem(_ name: String) -> String? {
    if name.isEmpty { return "it is empty" }
    if name.count > longest { return "it is longer than \(longest) characters" }
    for character in name {
      if character == "," { return "it has a comma in it, which separates names in node filters" }
      if character.isWhitespace {
        return "it has white space in it, which separates the words of node filters"
      }
      if character.unicodeScalars.contains(where: {
        $0.value < 32 || (127..<160).contains($0.value)
      }) {
        return "it has a control character in it"
      }
    }
    return nil
  }

  /// How a name is written in the configuration.
  static var form: ValueForm<String> {
    ValueForm(
      allowed: "1 to \(longest) characters without commas, white space and control characters",
      parse: { problem($0) == nil ? $0 : nil }, format: { $0 })
  }
}
