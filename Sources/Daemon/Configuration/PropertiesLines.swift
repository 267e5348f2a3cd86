/// The logical lines of a `.properties` text: comments and blank lines gone, continued lines joined without the white
/// space that begins the next one. Ends of lines are `\n`, `\r` and `\r\n`.
struct PropertiesLines: Sequence, IteratorProtocol {
  private var rest: Substring.UnicodeScalarView
  private var number = 0

  init(_ text: String) {
    rest = text[...].unicodeScalars
    if rest.first == "\u{FEFF}" { rest.removeFirst() }
  }

  mutating func next() -> (text: [Unicode.Scalar], number: Int)? {
    while let natural = naturalLine() {
      guard let first = natural.first, first != "#", first != "!" else { continue }
      let start = number
      return (continued(natural), start)
    }
    return nil
  }

  private mutating func continued(_ first: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var logical = first
    while logical.reversed().prefix(while: { $0 == "\\" }).count % 2 == 1 {
      logical.removeLast()
      guard let more = naturalLine() else { break }
      logical += more
    }
    return logical
  }

  /// The next line of the file without the white space at its beginning.
  private mutating func naturalLine() -> [Unicode.Scalar]? {
    guard !rest.isEmpty else { return nil }
    number += 1
    var line: [Unicode.Scalar] = []
    while let scalar = rest.popFirst() {
      if scalar == "\n" { break }
      if scalar == "\r" {
        if rest.first == "\n" { rest.removeFirst() }
        break
      }
      line.append(scalar)
    }
    return Array(line.drop(while: \.isPropertiesSpace))
  }
}

extension Unicode.Scalar {
  /// Space, tab and form feed: what `java.util.Properties` takes for white space.
  var isPropertiesSpace: Bool { self == " " || self == "\t" || self == "\u{0C}" }
}
