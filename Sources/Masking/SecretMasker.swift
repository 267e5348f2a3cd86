/// Finds secrets in bytes and replaces them by `*****`, in one pass whose time is linear in the bytes, however
/// many secrets there are.
///
/// Found is each secret as it is, in base64 (at each of the three alignments that it can have inside of longer
/// encoded data, with and without padding, in both alphabets, and wrapped at 64 or 76 characters when encoded
/// alone), and with any of its bytes percent-encoded in either case of the digits, also with `+` for a space.
/// Of a secret of several lines each line of at least four bytes is found by itself. Secrets shorter than three
/// bytes are not masked: the output would be full of stars and still tell them.
///
/// Without secrets nothing is looked at.
public struct SecretMasker: Sendable {
  /// What stands in the place of a secret, or of several that overlap or touch.
  public static let replacement: [UInt8] = Array("*****".utf8)

  /// Where something is that must not be seen.
  public struct Findings: Sendable, Hashable {
    /// Begin and end of each covered range, one behind the other, ascending, apart from each other.
    public internal(set) var edges: [Int] = []
    /// How many bytes at the end may be the beginning of something that must not be seen; 0 when nothing
    /// can follow that would matter.
    public internal(set) var pending = 0
  }

  private let tree: PatternTree
  /// What a stream of pieces holds back.
  private var held: [UInt8] = []

  public init(secrets: [[UInt8]]) {
    var tree = PatternTree()
    for secret in secrets { SecretForms.insert(secret, into: &tree) }
    tree.link()
    self.tree = tree
  }

  /// Whether there is nothing to look for.
  public var isEmpty: Bool { tree.isEmpty }

  /// Looks for secrets in `bytes`, as if nothing stood before them.
  public func scan(_ bytes: UnsafeRawBufferPointer) -> Findings {
    guard !isEmpty else { return Findings() }
    var scan = PatternScan(tree)
    return scan.run(bytes)
  }

  /// Appends the first `end` of `bytes` to `out`, what was found replaced. No range of `findings` may reach
  /// over `end`.
  public func append(
    _ bytes: UnsafeRawBufferPointer, upTo end: Int, _ findings: Findings, to out: inout [UInt8]
  ) {
    var position = 0
    for index in stride(from: 0, to: findings.edges.count, by: 2) {
      guard findings.edges[index] < end else { break }
      out.append(contentsOf: bytes[position..<findings.edges[index]])
      out.append(contentsOf: Self.replacement)
      position = findings.edges[index + 1]
    }
    out.append(contentsOf: bytes[position..<end])
  }

  /// The bytes with everything replaced.
  public func masked(_ bytes: [UInt8]) -> [UInt8] {
    guard !isEmpty else { return bytes }
    return bytes.withUnsafeBytes { raw in
      var out: [UInt8] = []
      append(raw, upTo: raw.count, scan(raw), to: &out)
      return out
    }
  }
}

extension SecretMasker {
  /// The next piece of a stream, masked. What may be the beginning of a secret is held back until the next
  /// piece or `finish`, so it does not matter where the stream is cut.
  public mutating func mask(_ piece: [UInt8]) -> [UInt8] {
    guard !isEmpty else { return piece }
    let bytes = held + piece
    return bytes.withUnsafeBytes { raw in
      let findings = scan(raw)
      let end = findings.cut(before: raw.count - findings.pending)
      var out: [UInt8] = []
      append(raw, upTo: end, findings, to: &out)
      held = Array(bytes[end...])
      return out
    }
  }

  /// What was held back, masked. The stream is over.
  public mutating func finish() -> [UInt8] {
    defer { held = [] }
    return masked(held)
  }
}

extension SecretMasker.Findings {
  /// The last position not behind `limit` that is inside of no covered range.
  public func cut(before limit: Int) -> Int {
    for index in stride(from: edges.count - 2, through: 0, by: -2) where edges[index] < limit {
      return edges[index + 1] > limit ? edges[index] : limit
    }
    return limit
  }

  /// Adds a range that ends behind the last one's begin, if there is one.
  mutating func cover(from begin: Int, to end: Int) {
    var begin = begin
    var end = end
    while let last = edges.last, last >= begin {
      begin = min(begin, edges[edges.count - 2])
      end = max(end, last)
      edges.removeLast(2)
    }
    edges.append(begin)
    edges.append(end)
  }
}
