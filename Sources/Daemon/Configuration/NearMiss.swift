/// Finds what someone probably meant to write.
enum NearMiss {
  /// The candidate with the fewest edits (insertions, deletions, replacements, case ignored), when they are at most a
  /// quarter of the name's length; nil when none is that near.
  static func nearest(to name: String, among candidates: [String]) -> String? {
    let wanted = Array(name.lowercased())
    let nearest = candidates.map { ($0, edits(wanted, Array($0.lowercased()))) }
      .min { $0.1 < $1.1 }
    guard let (candidate, distance) = nearest, distance <= max(1, wanted.count / 4) else {
      return nil
    }
    return candidate
  }

  /// Levenshtein's distance.
  static func edits(_ left: [Character], _ right: [Character]) -> Int {
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, b) in right.enumerated() {
        let replaced = diagonal + (a == b ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
      }
    }
    return row[right.count]
  }
}
