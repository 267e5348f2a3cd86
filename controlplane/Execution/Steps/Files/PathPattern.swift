/// A pattern of relative paths: `*` and `?` within a name, `**` for any folders, none included.
struct PathPattern: Sendable, Hashable {
  private let parts: [[Character]]

  init(_ text: String) {
    var text = text
    if text.hasSuffix("/") { text += "**" }
    parts = text.split(separator: "/").map(Array.init)
  }

  /// Whether the whole path matches.
  func matches(_ path: [String]) -> Bool {
    // Which parts of the pattern may come next, after each name of the path.
    var places = skipping([0])
    for name in path {
      let name = Array(name)
      var next: Set<Int> = []
      for place in places where place < parts.count {
        if isAnyFolders(place) {
          next.insert(place)
        } else if Self.matches(name, parts[place]) {
          next.insert(place + 1)
        }
      }
      places = skipping(next)
      if places.isEmpty { return false }
    }
    return places.contains(parts.count)
  }

  private func isAnyFolders(_ place: Int) -> Bool { parts[place] == ["*", "*"] }

  /// `**` may stand for no folder at all.
  private func skipping(_ places: Set<Int>) -> Set<Int> {
    var all = places
    for place in places.sorted() {
      var next = place
      while next < parts.count, isAnyFolders(next) {
        next += 1
        all.insert(next)
      }
    }
    return all
  }

  /// Linear in the name for each asterisk: the last one passed is the only one that is gone back to.
  private static func matches(_ name: [Character], _ pattern: [Character]) -> Bool {
    var (place, part) = (0, 0)
    var back: (place: Int, part: Int)?
    while place < name.count {
      if part < pattern.count, pattern[part] == "*" {
        back = (place, part)
        part += 1
      } else if part < pattern.count, pattern[part] == "?" || pattern[part] == name[place] {
        place += 1
        part += 1
      } else if let last = back {
        back = (last.place + 1, last.part)
        (place, part) = (last.place + 1, last.part + 1)
      } else {
        return false
      }
    }
    return pattern[part...].allSatisfy { $0 == "*" }
  }
}
