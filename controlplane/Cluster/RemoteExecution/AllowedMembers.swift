import Model

/// The members that `config.allowed` names: `Self`, `Other`, UUIDs and `/regular expressions/`.
public struct AllowedMembers: Sendable, Hashable, CustomStringConvertible {
  enum Entry: Sendable, Hashable {
    /// The member that chooses.
    case this
    /// Every member except the one that chooses.
    case other
    case member(MemberID)
    case pattern(MemberPattern)
  }

  let entries: [Entry]
  /// As it was written.
  public let description: String

  /// Whether an entry names the member, in the eyes of the member that chooses.
  ///
  /// Where no member chooses (`this` is nil), because the question is whom a schedule may pass to,
  /// `Self` and `Other` name everybody: whoever takes it is itself, and other than the one before.
  func names(_ member: MemberID, seenBy this: MemberID?) -> Bool {
    entries.contains { entry in
      switch entry {
      case .this: this == nil || member == this
      case .other: this == nil || member != this
      case .member(let id): member == id
      case .pattern(let pattern): pattern.matches(member.text)
      }
    }
  }
}

extension AllowedMembers {
  /// What a problem says is allowed.
  static let form =
    "members separated by commas, each one Self, Other, a UUID or a regular expression between slashes"

  /// Nil for text with a regular expression that has no second slash or is none.
  init?(_ text: String) {
    var entries: [Entry] = []
    for part in Self.parts(of: text) {
      guard let entry = Entry(part) else { return nil }
      entries.append(entry)
    }
    guard !entries.isEmpty else { return nil }
    self.entries = entries
    description = text
  }

  /// The text cut at its commas, except those within a regular expression.
  private static func parts(of text: String) -> [String] {
    var parts: [String] = []
    for piece in text.split(separator: ",", omittingEmptySubsequences: false) {
      if let last = parts.last, last.opensPattern {
        parts[parts.count - 1] = last + "," + piece
      } else {
        parts.append(String(piece))
      }
    }
    return parts.map(\.trimmed).filter { !$0.isEmpty }
  }
}

extension AllowedMembers.Entry {
  /// Older documentation of Rundeck's writes `self` and `other`.
  init?(_ text: String) {
    switch text.lowercased() {
    case "self": self = .this
    case "other": self = .other
    case _ where text.hasPrefix("/"):
      guard text.count > 2, text.hasSuffix("/"),
        let pattern = MemberPattern(String(text.dropFirst().dropLast()))
      else { return nil }
      self = .pattern(pattern)
    default: self = .member(MemberID(text))
    }
  }
}

extension String {
  /// Whether it begins with a slash that has no counterpart yet.
  fileprivate var opensPattern: Bool {
    let text = trimmed
    return text.hasPrefix("/") && (text.count == 1 || !text.hasSuffix("/"))
  }
}
