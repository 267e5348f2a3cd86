import Model

/// Takes a YAML document that is one list in block style apart at its items, which begin with `-` at the
/// beginning of a line, and reads them one by one.
///
/// An item that is no document by itself (a line in a quoted text or in a flow collection looks like an item; an
/// alias means something in an earlier one) makes it read the whole document at once, and go on from there.
struct YAMLListReader {
  private let bytes: ArraySlice<UInt8>
  /// Where the items begin, and where the last one ends.
  private let borders: [Int]
  private var place = 0
  private var reader = YAMLReader()
  /// The items of the whole document, when it had to be read at once.
  private var whole: [JobValue]?

  /// Nil for a document that is no such list, or of which that is not certain: there are several documents
  /// in it, or directives.
  init?(_ bytes: [UInt8]) {
    self.bytes = UTF8Check.content(bytes)
    guard let borders = Self.borders(self.bytes) else { return nil }
    self.borders = borders
  }

  mutating func next() throws(JobFormatError) -> JobValue? {
    defer { place += 1 }
    if whole == nil {
      guard place < borders.count - 1 else { return nil }
      if let item = try item() { return item }
      whole = try YAMLText.read(Array(bytes)).items()
    }
    guard let whole, place < whole.count else { return nil }
    return whole[place]
  }

  /// The item that begins here; nil when these lines are not one.
  private mutating func item() throws(JobFormatError) -> JobValue? {
    let text = String(decoding: bytes[borders[place]..<borders[place + 1]], as: UTF8.self)
    guard let roots = try? YAMLText.compose(text), roots.count == 1 else { return nil }
    guard case .list(let items) = try reader.value(of: roots[0], depth: 0), items.count == 1 else {
      return nil
    }
    return items[0]
  }

  private static func borders(_ bytes: ArraySlice<UInt8>) -> [Int]? {
    var borders: [Int] = []
    var line = bytes.startIndex
    while line < bytes.endIndex {
      switch Line(bytes[line...]) {
      case .item: borders.append(line)
      case .other where borders.isEmpty || bytes[line...].starts(with: Array("---".utf8)):
        return nil
      case .mark where !borders.isEmpty: return nil
      case .mark, .other, .blank: break
      }
      guard let end = bytes[line...].firstIndex(of: 0x0A) else { break }
      line = end + 1
    }
    return borders.isEmpty ? nil : borders + [bytes.endIndex]
  }

  /// How a line begins.
  private enum Line {
    /// `-` and white space, or nothing.
    case item
    /// `---` and nothing else.
    case mark
    case blank
    case other

    init(_ rest: ArraySlice<UInt8>) {
      let start = rest.startIndex
      let after = rest.dropFirst().first ?? 0x0A
      switch rest[start] {
      case UInt8(ascii: "-") where Self.isSpace(after): self = .item
      case UInt8(ascii: "-") where rest.starts(with: Array("---\n".utf8)): self = .mark
      case UInt8(ascii: "-") where rest.starts(with: Array("---\r\n".utf8)): self = .mark
      case UInt8(ascii: "#"), 0x0A: self = .blank
      case 0x0D where after == 0x0A: self = .blank
      default: self = .other
      }
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
      byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }
  }
}
