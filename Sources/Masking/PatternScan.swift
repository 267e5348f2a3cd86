/// One pass over bytes. The bytes are read in two ways at once: as they are, and with `%XX` as the byte that it
/// stands for. The second way is followed only while it differs from the first.
struct PatternScan {
  private let tree: PatternTree
  private var findings = SecretMasker.Findings()
  /// Where the first way is in the tree.
  private var plain: Int32 = 0
  /// Where the second way is; only of meaning while `isApart`.
  private var decoded: Int32 = 0
  private var isApart = false
  /// Where the second way left the first.
  private var origin = 0
  /// Symbols of the second way since then, and since its last `%XX`.
  private var symbols = 0
  private var symbolsSinceEscape = 0
  /// Where the last symbols began, by their number modulo its size: as many as a pattern is long.
  private var begins: [Int32] = []

  init(_ tree: PatternTree) { self.tree = tree }

  mutating func run(_ bytes: UnsafeRawBufferPointer) -> SecretMasker.Findings {
    /// Where the second way takes its next symbol: up to two bytes behind the first way's.
    var nextSymbol = 0
    var position = 0
    while position < bytes.count {
      if plain == 0, !isApart {
        position = skip(bytes, from: position)
        nextSymbol = position
      }
      let byte = bytes[position]
      if position == nextSymbol {
        nextSymbol = takeSymbol(byte, at: position, bytes)
      }
      plain = tree.next(plain, byte)
      let found = length(plain)
      if found > 0 { findings.cover(from: position + 1 - found, to: position + 1) }
      position += 1
      if isApart, nextSymbol == position { join() }
    }
    let open = bytes.count - tree.open(plain)
    let openDecoded = isApart ? begin(of: tree.open(decoded), endingAt: bytes.count) : open
    findings.pending = max(findings.pending, bytes.count - min(open, openDecoded))
    return findings
  }

  /// The next position at which something may begin: most bytes are passed by here. Patterns are longer
  /// than two bytes.
  private func skip(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    tree.pairs.withUnsafeBufferPointer { pairs in
      var position = start
      var byte = Int(bytes[position])
      while position + 1 < bytes.count {
        let next = Int(bytes[position + 1])
        let pair = byte << 8 | next
        if pairs[pair >> 6] & (1 << UInt64(pair & 63)) != 0 || byte == 0x25 || next == 0x25 {
          break
        }
        byte = next
        position += 1
      }
      return position
    }
  }

  @inline(__always)
  private func length(_ node: Int32) -> Int { Int(tree.nodes[Int(node)].longest) }

  /// One step of the second way; returns where the next one begins.
  @inline(__always)
  private mutating func takeSymbol(
    _ byte: UInt8, at position: Int, _ bytes: UnsafeRawBufferPointer
  ) -> Int {
    if byte == 0x25 {
      if let value = Self.escaped(bytes, at: position) {
        part(at: position)
        step(value, from: position, to: position + 3)
        symbolsSinceEscape = 0
        return position + 3
      }
      if position + 2 >= bytes.count { holdEscape(at: position, bytes) }
    }
    if isApart {
      step(byte, from: position, to: position + 1)
      symbolsSinceEscape += 1
    }
    return position + 1
  }

  /// The bytes end inside of what may be an escape: it, and what may be open before it, must wait.
  private mutating func holdEscape(at position: Int, _ bytes: UnsafeRawBufferPointer) {
    if position + 1 < bytes.count, Self.digit(bytes[position + 1]) == nil { return }
    let open = tree.open(isApart ? decoded : plain)
    let begin = isApart ? begin(of: open, endingAt: position) : position - open
    findings.pending = max(findings.pending, bytes.count - begin)
  }

  private mutating func part(at position: Int) {
    guard !isApart else { return }
    if begins.isEmpty { begins = [Int32](repeating: 0, count: tree.height + 1) }
    isApart = true
    decoded = plain
    origin = position
    symbols = 0
  }

  private mutating func step(_ symbol: UInt8, from begin: Int, to end: Int) {
    begins[symbols % begins.count] = Int32(begin)
    symbols += 1
    decoded = tree.next(decoded, symbol)
    let found = length(decoded)
    if found > 0 { findings.cover(from: self.begin(of: found, endingAt: end), to: end) }
  }

  /// Where the last so many symbols of the second way begin.
  private func begin(of count: Int, endingAt end: Int) -> Int {
    guard count > 0 else { return end }
    let index = symbols - count
    return index < 0 ? origin + index : Int(begins[index % begins.count])
  }

  /// Both ways are one again when they stand at the same node for the same bytes.
  private mutating func join() {
    if decoded == plain, tree.nodes[Int(plain)].depth <= symbolsSinceEscape { isApart = false }
  }

  /// The value of a `%XX` at a position.
  private static func escaped(_ bytes: UnsafeRawBufferPointer, at position: Int) -> UInt8? {
    guard position + 2 < bytes.count, let high = digit(bytes[position + 1]),
      let low = digit(bytes[position + 2])
    else { return nil }
    return high << 4 | low
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }
}
