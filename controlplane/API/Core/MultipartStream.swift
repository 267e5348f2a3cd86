/// Takes a `multipart/form-data` body apart as it comes (RFC 7578): parts may be larger than memory.
struct MultipartStream {
  /// What came next.
  enum Event: Sendable, Hashable {
    case begin(name: String, fileName: String?)
    /// Bytes of the part that began last.
    case bytes([UInt8])
    case end
  }

  private enum Place { case before, head, body, after }

  /// The most that the headers of one part take.
  static let headLimit = 16 * 1024

  private let mark: [UInt8]
  private var place = Place.before
  /// What came and is not told yet. The first boundary counts as one at the beginning of a line.
  private var rest: [UInt8] = [0x0D, 0x0A]

  init(boundary: String) { mark = Array("\r\n--\(boundary)".utf8) }

  /// Whether the last boundary came.
  var isComplete: Bool { place == .after }

  /// Takes bytes as they come. Throws a 400 for a part without a name or an end of its headers.
  mutating func receive(_ bytes: some Collection<UInt8>) throws(APIError) -> [Event] {
    rest += bytes
    var events: [Event] = []
    while let event = try step() { events += event }
    return events
  }

  /// What can be told now; nil when more bytes have to come.
  private mutating func step() throws(APIError) -> [Event]? {
    switch place {
    case .before:
      guard let found = Multipart.find(mark, in: rest, from: 0) else {
        rest = Array(rest.suffix(mark.count - 1))
        return nil
      }
      return passBoundary(at: found).map { _ in [] }
    case .head: return try head()
    case .body: return body()
    case .after: return nil
    }
  }

  /// Goes behind a boundary, to the next part or the end; nil while that is not known.
  private mutating func passBoundary(at start: Int) -> Void? {
    var end = start + mark.count
    while end < rest.count, rest[end] == 0x20 || rest[end] == 0x09 { end += 1 }
    guard rest.count >= end + 2 else { return nil }
    place = rest[end] == 0x2D && rest[end + 1] == 0x2D ? .after : .head
    // The line's end stays: with it even empty headers end with an empty line.
    rest.removeFirst(end)
    return ()
  }

  private mutating func head() throws(APIError) -> [Event]? {
    guard let end = Multipart.find([0x0D, 0x0A, 0x0D, 0x0A], in: rest, from: 0) else {
      guard rest.count <= Self.headLimit else {
        throw .invalidRequest("A part of the multipart body has no end of its headers")
      }
      return nil
    }
    let head = try Multipart.head(Array(rest[..<end]))
    rest.removeFirst(end + 4)
    // The line's end before a boundary may be the one that ends the headers: of an empty part.
    if rest.starts(with: mark.dropFirst(2)) { rest.insert(contentsOf: [0x0D, 0x0A], at: 0) }
    place = .body
    return [.begin(name: head.name, fileName: head.fileName)]
  }

  private mutating func body() -> [Event]? {
    if let found = Multipart.find(mark, in: rest, from: 0) {
      let bytes = Array(rest[..<found])
      guard passBoundary(at: found) != nil else { return told(found) }
      return bytes.isEmpty ? [.end] : [.bytes(bytes), .end]
    }
    return told(rest.count - mark.count + 1)
  }

  /// Tells so many bytes of the part.
  private mutating func told(_ count: Int) -> [Event]? {
    guard count > 0 else { return nil }
    let bytes = Array(rest[..<count])
    rest.removeFirst(count)
    return [.bytes(bytes)]
  }
}
