/// Ranges of spool offsets as a column keeps them: "8-120 400-424".
enum SpoolRanges {
  /// The text, or nil for none.
  static func text(_ ranges: [Range<Int64>]) -> String? {
    if ranges.isEmpty { return nil }
    return ranges.map { "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: " ")
  }

  /// The ranges that a column holds, or nil when it holds something else.
  static func ranges(_ text: String?) -> [Range<Int64>]? {
    var ranges: [Range<Int64>] = []
    for word in (text ?? "").split(separator: " ") {
      let ends = word.split(separator: "-", omittingEmptySubsequences: false).map { Int64($0) }
      guard ends.count == 2, let from = ends[0], let to = ends[1], from <= to else { return nil }
      ranges.append(from..<to)
    }
    return ranges
  }
}
