/// The forms in which a secret may be printed.
enum SecretForms {
  /// A shorter secret is not masked.
  static let shortest = 3
  /// A shorter line of a secret of several lines is not masked by itself.
  static let shortestLine = 4
  /// How encoders wrap base64.
  private static let wraps = [64, 76]
  /// A shorter piece of wrapped base64 is not masked by itself.
  private static let shortestPiece = 8

  static func insert(_ secret: [UInt8], into tree: inout PatternTree) {
    let whole = trimmed(secret)
    guard whole.count >= shortest else { return }
    let lines = whole.split(separator: 0x0a).map { $0.last == 0x0d ? $0.dropLast() : $0 }
    for line in lines where line.count >= shortestLine { insertPlain(Array(line), into: &tree) }
    // When each line is found by itself, the line ends between them are all that is left.
    if lines.count < 2 || lines.contains(where: { $0.count < shortestLine && !$0.isEmpty }) {
      insertPlain(whole, into: &tree)
    }
    insertEncoded(whole, into: &tree)
    if secret.count != whole.count { insertEncoded(secret, into: &tree) }
  }

  /// Without the line ends of a file.
  private static func trimmed(_ secret: [UInt8]) -> [UInt8] {
    var end = secret.count
    while end > 0, secret[end - 1] == 0x0a || secret[end - 1] == 0x0d { end -= 1 }
    return Array(secret[..<end])
  }

  private static func insertPlain(_ bytes: [UInt8], into tree: inout PatternTree) {
    tree.insert(bytes)
    if bytes.contains(0x20) { tree.insert(bytes.map { $0 == 0x20 ? 0x2b : $0 }) }
  }

  private static func insertEncoded(_ bytes: [UInt8], into tree: inout PatternTree) {
    for isURLSafe in [false, true] {
      for lead in 0..<3 { insertEncoded(bytes, lead: lead, isURLSafe, into: &tree) }
      insertWrapped(Base64.encode(bytes, isURLSafe: isURLSafe, isPadded: true), into: &tree)
    }
  }

  /// What base64 of `lead` bytes, the secret and anything behind it has in common with the secret's own,
  /// and the same at the end of the data.
  private static func insertEncoded(
    _ bytes: [UInt8], lead: Int, _ isURLSafe: Bool, into tree: inout PatternTree
  ) {
    let all = [UInt8](repeating: 0, count: lead) + bytes
    let text = Base64.encode(all, isURLSafe: isURLSafe, isPadded: true)
    // Characters that bits of the bytes before have a part in.
    let begin = lead == 0 ? 0 : lead + 1
    let certain = all.count * 8 / 6
    let last = (all.count * 8 + 5) / 6
    tree.insert(text[begin..<certain])
    tree.insert(text[begin..<last])
    tree.insert(text[begin...])
  }

  private static func insertWrapped(_ text: [UInt8], into tree: inout PatternTree) {
    for width in wraps where text.count > width {
      for begin in stride(from: 0, to: text.count, by: width) {
        let piece = text[begin..<min(begin + width, text.count)]
        if piece.count >= shortestPiece { tree.insert(piece) }
      }
    }
  }
}

/// RFC 4648.
enum Base64 {
  private static let standard = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let safe = standard.dropLast(2) + Array("-_".utf8)

  static func encode(_ bytes: [UInt8], isURLSafe: Bool, isPadded: Bool) -> [UInt8] {
    let alphabet = isURLSafe ? safe : standard[...]
    var out: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for byte in bytes {
      bits = bits << 8 | UInt32(byte)
      count += 8
      while count >= 6 {
        count -= 6
        out.append(alphabet[Int(bits >> UInt32(count)) & 63])
      }
    }
    if count > 0 { out.append(alphabet[Int(bits << UInt32(6 - count)) & 63]) }
    while isPadded, out.count % 4 != 0 { out.append(0x3d) }
    return out
  }
}
