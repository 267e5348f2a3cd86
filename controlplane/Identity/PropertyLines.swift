/// Reads the lines of a Java properties file as `realm.properties` and the tokens file use it:
/// `name: value`, `name = value`, comments with `#` or `!`, blanks around names and values ignored.
struct PropertyLines {
  /// The names with their values, in the file's order; later lines of the same name stand later.
  let entries: [(name: String, value: String)]

  init(_ text: String) {
    entries = text.split(whereSeparator: \.isNewline).compactMap { Self.entry(Substring($0)) }
  }

  private static func entry(_ line: Substring) -> (name: String, value: String)? {
    let line = trim(line)
    guard let first = line.first, first != "#", first != "!" else { return nil }
    var name = ""
    var index = line.startIndex
    while index < line.endIndex, line[index] != ":", line[index] != "=" {
      if line[index] == "\\", line.index(after: index) < line.endIndex {
        index = line.index(after: index)
      }
      name.append(line[index])
      index = line.index(after: index)
    }
    guard index < line.endIndex else { return nil }
    let value = line[line.index(after: index)...]
    return (String(trim(Substring(name))), String(trim(value)))
  }

  static func trim(_ text: Substring) -> Substring {
    let left = text.drop { $0.isWhitespace }
    guard let last = left.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return left[...last]
  }

  /// `first,second,third` as its parts, without blanks around them.
  static func parts(_ value: String) -> [String] {
    value.split(separator: ",", omittingEmptySubsequences: false).map { String(trim($0)) }
  }
}
