import Pattern

/// A regular expression that must match a member's UUID from its first to its last character.
struct MemberPattern: Sendable {
  private let pattern: JobPattern

  /// Nil for text that is no regular expression, or one that takes too long to tell what it does not match.
  init?(_ text: String) {
    guard !text.isEmpty, let pattern = try? JobPattern(text),
      (try? pattern.matches(Self.probe)) != nil
    else { return nil }
    self.pattern = pattern
  }

  /// As long as a UUID.
  private static let probe = "00000000-ffff-0000-ffff-00000000000f"

  /// An expression that cannot be told in time does not match.
  func matches(_ uuid: String) -> Bool {
    (try? pattern.matches(uuid)) ?? false
  }
}

extension MemberPattern: Hashable {
  static func == (left: MemberPattern, right: MemberPattern) -> Bool {
    left.pattern.text == right.pattern.text
  }

  func hash(into hasher: inout Hasher) { hasher.combine(pattern.text) }
}
