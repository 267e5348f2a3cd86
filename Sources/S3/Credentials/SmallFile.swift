import Glibc

/// Reads the files that credentials are kept in.
enum SmallFile {
  /// The whole text, of 64 KiB at most, or nil when it cannot be read.
  static func text(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while bytes.count < 65_536 {
      let count = read(descriptor, &buffer, buffer.count)
      guard count >= 0 else { return nil }
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The lines of the form `name = value`, without what begins with a comment's character.
  static func pairs(
    of text: String, separators: String, comments: String
  ) -> [String: String] {
    var values: [String: String] = [:]
    for line in text.split(whereSeparator: \.isNewline) {
      let line = trimmed(line)
      guard let first = line.first, !comments.contains(first),
        let separator = line.firstIndex(where: { separators.contains($0) })
      else { continue }
      let name = trimmed(line[..<separator])
      values[String(name)] = String(trimmed(line[line.index(after: separator)...]))
    }
    return values
  }

  /// The sections of a file whose sections begin with `[name]`. A section that comes twice is one.
  static func sections(of text: String) -> [String: [String: String]] {
    var sections: [String: [String: String]] = [:]
    var name: String?
    for line in text.split(whereSeparator: \.isNewline) {
      let line = trimmed(line)
      if line.hasPrefix("["), let end = line.firstIndex(of: "]") {
        name = String(trimmed(line[line.index(after: line.startIndex)..<end]))
      } else if let name {
        sections[name, default: [:]]
          .merge(pairs(of: String(line), separators: "=", comments: "#;")) { $1 }
      }
    }
    return sections
  }

  private static func trimmed(_ text: Substring) -> Substring {
    guard let first = text.firstIndex(where: { !$0.isWhitespace }),
      let last = text.lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return text[first...last]
  }
}
