import Synchronization

/// A regular expression that must match a member's UUID from its first to its last character.
final class MemberPattern: Sendable {
  let text: String
  // An expression is not Sendable; the lock lends it to one thread at a time.
  private let regex: Mutex<Regex<AnyRegexOutput>>

  /// The longest expression in bytes, and how deep its groups may stand in each other: the parser descends
  /// with each and would end the process at the end of its stack.
  static let longest = 1_024
  static let deepest = 40

  /// Nil for text that is no regular expression, is too long or nested too deep.
  init?(_ text: String) {
    guard !text.isEmpty, text.utf8.count <= Self.longest, Self.depth(of: text) <= Self.deepest,
      let parsed = try? Regex(text).matchingSemantics(.unicodeScalar)
    else { return nil }
    self.text = text
    regex = Mutex(parsed)
  }

  func matches(_ uuid: String) -> Bool {
    regex.withLock { (try? $0.wholeMatch(in: uuid)) != nil }
  }

  /// An upper bound: an escaped bracket counts too.
  private static func depth(of text: String) -> Int {
    var depth = 0
    var deepest = 0
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "("), UInt8(ascii: "["):
        depth += 1
        deepest = max(deepest, depth)
      case UInt8(ascii: ")"), UInt8(ascii: "]"): depth = max(0, depth - 1)
      default: break
      }
    }
    return deepest
  }
}

extension MemberPattern: Hashable {
  static func == (left: MemberPattern, right: MemberPattern) -> Bool { left.text == right.text }
  func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
