/// What `${group.key}` means in a notification's texts.
///
/// Secure options have no value here: what leaves the cluster has none of them.
public struct NotificationContext: Sendable, Hashable {
  /// Values by group and key.
  public var groups: [String: [String: String]]

  public init(groups: [String: [String: String]] = [:]) { self.groups = groups }

  /// The value of a reference; nil without one.
  public func value(_ group: Substring, _ key: Substring) -> String? {
    if let value = groups[String(group)]?[String(key)] { return value }
    // `${data.name*}` and `${data.name@node}` mean what steps left, on whichever node.
    guard group == "data" || group == "export" else { return nil }
    let name = key.prefix { $0 != "*" && $0 != "@" }
    return name.count < key.count ? groups[String(group)]?[String(name)] : nil
  }

  /// Replaces each reference; one without a value by nothing.
  ///
  /// - Parameter write: makes of a value the text that stands in its place; it also learns whether the reference stood at
  ///   the very beginning.
  public func expand(_ text: String, write: (String, Bool) -> String = { value, _ in value })
    -> String
  {
    pieces(of: text).map { piece in
      switch piece {
      case .text(let text): String(text)
      case .reference(let group, let key, let isFirst): write(value(group, key) ?? "", isFirst)
      }
    }.joined()
  }

  enum Piece: Hashable {
    case text(Substring)
    case reference(group: Substring, key: Substring, isFirst: Bool)
  }

  /// The text, taken apart.
  func pieces(of text: String) -> [Piece] {
    var pieces: [Piece] = []
    var rest = text[...]
    while let start = rest.firstRange(of: "${")?.lowerBound {
      let body = rest[start...].dropFirst(2)
      guard let end = body.prefix(300).firstIndex(of: "}"),
        let reference = Self.reference(body[..<end], isFirst: start == text.startIndex)
      else {
        pieces.append(.text(rest[..<body.startIndex]))
        rest = body
        continue
      }
      pieces += [.text(rest[..<start]), reference]
      rest = body[body.index(after: end)...]
    }
    return pieces + [.text(rest)]
  }

  /// A name, a dot and a key without white space; for `globals`, `1:data` and the like too.
  private static func reference(_ body: Substring, isFirst: Bool) -> Piece? {
    guard let dot = body.firstIndex(of: ".") else { return nil }
    let name = body[..<dot]
    let group = name.lastIndex(of: ":").map { name[name.index(after: $0)...] } ?? name
    let key = body[body.index(after: dot)...]
    let isName = !group.isEmpty && group.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    guard isName, !key.isEmpty, key.allSatisfy({ !$0.isWhitespace && $0 != "$" && $0 != "{" })
    else { return nil }
    return .reference(group: group, key: key, isFirst: isFirst)
  }
}
