/// The tags that `config.allowedTags` or `config.preferredTags` asks for: `,` is or, `+` is and, `*` is any
/// member, `Self` is a tag that only the member that chooses has.
public struct TagExpression: Sendable, Hashable, CustomStringConvertible {
  /// One of these must hold; each is a list of tags that must all be there.
  let alternatives: [[String]]
  /// As it was written.
  public let description: String

  /// What a problem says is allowed.
  static let form = "tags separated by commas (or) or plus signs (and), * for any member, Self"

  /// Nil when a tag is missing beside a `+`, or there is none at all.
  init?(_ text: String) {
    alternatives = text.listEntries.map {
      $0.split(separator: "+", omittingEmptySubsequences: false).map(\.trimmed)
    }
    guard !alternatives.isEmpty, !alternatives.joined().contains("") else { return nil }
    description = text
  }

  /// Whether a member with these tags satisfies it. `isSelf`: it is the member that chooses.
  func matches(_ tags: Set<String>, isSelf: Bool) -> Bool {
    alternatives.contains { wanted in
      wanted.allSatisfy { $0 == "*" || ($0 == "Self" && isSelf) || tags.contains($0) }
    }
  }
}
