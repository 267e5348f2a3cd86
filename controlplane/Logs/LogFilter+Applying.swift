import Model
import Pattern

extension LogFilter {
  /// The mark that stands for a secret in stored output.
  static let mark = Array("*****".utf8)

  /// The entry as the filter shows it; nil for one that it hides.
  ///
  /// Throws when the expression takes longer than the budget; nothing is known of this line then.
  func applied(
    to entry: LogEntry, within budget: inout MatchingBudget
  ) throws(JobPatternOverrun) -> LogEntry? {
    var entry = entry
    switch self {
    case .quiet(let pattern, let levels, let isMatching, let level):
      guard levels == nil || entry.level == levels else { return entry }
      let isFound = try pattern?.isFound(in: entry.text, within: &budget) ?? true
      if isFound == isMatching { entry.level = level }
    case .highlight(let pattern, let colour):
      guard entry.level == .normal, let text = String(validating: entry.bytes, as: UTF8.self)
      else { return entry }
      let found = try pattern.ranges(in: text, most: .max, within: &budget)
      entry.bytes = Self.highlighted(entry.bytes, at: Self.places(found), with: colour)
    case .mask(let replacement): entry.bytes = Self.unmarked(entry.bytes, replacement)
    case .hide: if entry.level == .normal { return nil }
    }
    return entry
  }

  /// What of the matches is coloured, in order and apart from each other: the groups where there are any, of groups
  /// in each other the outer ones.
  private static func places(_ matches: [[Range<Int>?]]) -> [Range<Int>] {
    var places: [Range<Int>] = []
    for match in matches {
      let groups = match.count > 1 ? match.dropFirst() : match[...]
      let sorted = groups.compactMap(\.self).filter { !$0.isEmpty }.sorted {
        ($0.lowerBound, -$0.upperBound) < ($1.lowerBound, -$1.upperBound)
      }
      for place in sorted where place.lowerBound >= places.last?.upperBound ?? 0 {
        places.append(place)
      }
    }
    return places
  }

  private static func highlighted(
    _ bytes: [UInt8], at places: [Range<Int>], with colour: LogColour
  ) -> [UInt8] {
    if places.isEmpty { return bytes }
    var result: [UInt8] = []
    var next = 0
    for place in places {
      result += bytes[next..<place.lowerBound] + colour.beginning + bytes[place] + LogColour.end
      next = place.upperBound
    }
    return result + bytes[next...]
  }

  /// Exactly the mark counts: a longer row of stars was printed by somebody.
  private static func unmarked(_ bytes: [UInt8], _ replacement: [UInt8]) -> [UInt8] {
    let star = UInt8(ascii: "*")
    guard bytes.contains(star) else { return bytes }
    var result: [UInt8] = []
    var rest = bytes[...]
    while let start = rest.firstIndex(of: star) {
      let row = rest[start...].prefix { $0 == star }
      result += rest[..<start]
      result += row.count == mark.count ? replacement[...] : row
      rest = rest[row.endIndex...]
    }
    return result + rest
  }
}
