import Model
import Yams

extension YAMLText {
  /// Block style; texts of several lines as block scalars wherever YAML can hold them so.
  static func write(_ value: JobValue) throws(JobFormatError) -> String {
    do {
      return try Yams.serialize(node: node(of: value), width: -1, allowUnicode: true)
    } catch {
      throw .malformed(line: nil, "cannot be written as YAML: \(error)")
    }
  }

  private static func node(of value: JobValue) -> YAMLNode {
    switch value {
    case .null: YAMLNode("null", Tag(.null), .plain)
    case .boolean(let flag): YAMLNode(flag ? "true" : "false", Tag(.bool), .plain)
    case .number(let text): YAMLNode(text, Tag(.float), .plain)
    case .text(let text): textNode(text)
    case .list(let items):
      .sequence(YAMLNode.Sequence(items.map(node(of:)), Tag(.seq), items.isEmpty ? .flow : .block))
    case .map(let entries):
      .mapping(
        YAMLNode.Mapping(
          entries.map { (textNode($0.key), node(of: $0.value)) }, Tag(.map),
          entries.isEmpty ? .flow : .block))
    }
  }

  private static func textNode(_ text: String) -> YAMLNode {
    YAMLNode(text, Tag(.str), style(of: text))
  }

  private static func style(of text: String) -> YAMLNode.Scalar.Style {
    if text.utf8.contains(UInt8(ascii: "\n")) {
      return canBeBlock(text) ? .literal : .doubleQuoted
    }
    return looksTyped(text) ? .singleQuoted : .any
  }

  /// A block scalar must not begin with white space (its indentation would be guessed wrongly) and
  /// holds no carriage returns, tabs at a line's start or control characters.
  private static func canBeBlock(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, first != " ", first != "\n", first != "\t" else {
      return false
    }
    return text.unicodeScalars.allSatisfy { scalar in
      switch scalar.value {
      case 0x09, 0x0A, 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE,
        0xFF00...0xFFFD, 0x10000...0x10FFFF:
        true
      default: false
      }
    }
  }

  /// Whether a reader, Rundeck's included, would take the bare text for something else than text.
  private static func looksTyped(_ text: String) -> Bool {
    if text.isEmpty { return true }
    let words = ["true", "false", "yes", "no", "on", "off", "null", "~", "y", "n", "<<", "="]
    if words.contains(text.lowercased()) { return true }
    guard let first = text.utf8.first else { return true }
    return (0x30...0x39).contains(first) || "+-.".utf8.contains(first)
  }
}
