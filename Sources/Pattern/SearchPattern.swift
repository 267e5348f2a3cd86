/// A regular expression that is looked for in lines of output, and whose groups are of interest. It is read
/// as `JobPattern` is, and bounded as that one is.
public struct SearchPattern: Sendable {
  /// As it was written.
  public let text: String
  private let compiled: CompiledPattern

  /// A match: the text of the whole and of each group, nil for a group that took no part.
  public struct Match: Sendable, Hashable {
    /// The whole match first, then the groups.
    public let texts: [String?]

    /// The text of a group, from 1; nil when it took no part or there is none.
    public subscript(group: Int) -> String? { texts.indices.contains(group) ? texts[group] : nil }
  }

  /// - Parameters:
  ///   - isWhole: whether only a whole value matches, as with Java's `matches`; else any part of it does, as
  ///     with `find`.
  ///   - dotMatchesAll: whether `.` stands for a line's end too.
  /// - Throws: `JobPatternError` as `JobPattern` does.
  public init(
    _ text: String, isWhole: Bool = false, dotMatchesAll: Bool = false
  ) throws(JobPatternError) {
    compiled = try CompiledPattern(java: text, isWhole: isWhole, dotMatchesAll: dotMatchesAll)
    self.text = text
  }

  /// How many groups capture.
  public var groups: Int { compiled.groups }

  /// Whether the value has a match.
  ///
  /// - Throws: `JobPatternOverrun` when the budget is used up; it stays used up.
  public func isFound(
    in value: String, within budget: inout MatchingBudget
  ) throws(JobPatternOverrun) -> Bool {
    try !ranges(in: value, most: 1, within: &budget).isEmpty
  }

  /// The first match in the value; nil when there is none.
  ///
  /// - Throws: `JobPatternOverrun` when the budget is used up; it stays used up.
  public func first(
    in value: String, within budget: inout MatchingBudget
  ) throws(JobPatternOverrun) -> Match? {
    try matches(in: value, most: 1, within: &budget).first
  }

  /// The matches in the value, one behind the other, at most so many.
  ///
  /// - Throws: `JobPatternOverrun` when the budget is used up; it stays used up.
  public func matches(
    in value: String, most: Int = .max, within budget: inout MatchingBudget
  ) throws(JobPatternOverrun) -> [Match] {
    let found = try ranges(in: value, most: most, within: &budget)
    let bytes = Array(value.utf8)
    return found.map { groups in
      Match(texts: groups.map { range in range.map { String(decoding: bytes[$0], as: UTF8.self) } })
    }
  }

  /// The value with what matches replaced.
  ///
  /// - Throws: `JobPatternOverrun` when the budget is used up; it stays used up.
  public func replacing(
    in value: String, with replacement: String, within budget: inout MatchingBudget
  ) throws(JobPatternOverrun) -> String {
    let found = try ranges(in: value, most: .max, within: &budget).compactMap(\.first).compactMap(
      \.self)
    guard !found.isEmpty else { return value }
    let bytes = Array(value.utf8)
    var result: [UInt8] = []
    var place = 0
    for range in found {
      result += bytes[place..<range.lowerBound] + Array(replacement.utf8)
      place = range.upperBound
    }
    return String(decoding: result + bytes[place...], as: UTF8.self)
  }

  /// Where the matches and their groups are, in bytes of UTF-8.
  public func ranges(
    in value: String, most: Int, within budget: inout MatchingBudget
  ) throws(JobPatternOverrun) -> [[Range<Int>?]] {
    let start = ThreadTime.now
    let deadline = start + budget.remaining
    defer { budget.spend(ThreadTime.now - start) }
    var value = value
    var found: [[Range<Int>?]] = []
    let isDone = value.withUTF8 { bytes in
      var place = 0
      while found.count < most, place <= bytes.count {
        switch compiled.find(in: bytes, from: place, until: deadline) {
        case .nothing: return true
        case .stopped: return false
        case .found(let groups):
          found.append(groups)
          guard case let whole?? = groups.first else { return true }
          place = whole.isEmpty ? Self.next(behind: whole.upperBound, in: bytes) : whole.upperBound
        }
      }
      return true
    }
    guard isDone else { throw JobPatternOverrun(pattern: text) }
    return found
  }

  /// The beginning of the next character.
  private static func next(behind place: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var next = place + 1
    while next < bytes.count, bytes[next] & 0xC0 == 0x80 { next += 1 }
    return next
  }
}
