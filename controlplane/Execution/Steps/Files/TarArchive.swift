/// Files as one stream that every `tar` reads (ustar; long names as GNU has them).
enum TarArchive {
  private static let block = 512

  static func bytes(of files: [CopiedFile]) -> [UInt8] {
    var archive: [UInt8] = []
    for file in files {
      let path = Array((file.bytes == nil ? file.path + "/" : file.path).utf8)
      if path.count > 100 {
        archive += header(
          name: Array("././@LongLink".utf8), size: path.count + 1, type: "L", permissions: 0,
          modified: 0)
        archive += padded(path + [0])
      }
      archive += header(
        name: Array(path.prefix(100)), size: file.bytes?.count ?? 0,
        type: file.bytes == nil ? "5" : "0", permissions: file.permissions, modified: file.modified)
      archive += padded(file.bytes ?? [])
    }
    return archive + [UInt8](repeating: 0, count: 2 * block)
  }

  private static func padded(_ bytes: [UInt8]) -> [UInt8] {
    let rest = bytes.count % block
    return rest == 0 ? bytes : bytes + [UInt8](repeating: 0, count: block - rest)
  }

  private static func header(
    name: [UInt8], size: Int, type: Character, permissions: UInt32, modified: Int64
  ) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: block)
    put(name, at: 0, in: &bytes)
    put(octal(Int(permissions), 7), at: 100, in: &bytes)
    put(octal(0, 7), at: 108, in: &bytes)
    put(octal(0, 7), at: 116, in: &bytes)
    put(octal(size, 11), at: 124, in: &bytes)
    put(octal(Int(max(modified, 0)), 11), at: 136, in: &bytes)
    put([UInt8](repeating: 0x20, count: 8), at: 148, in: &bytes)
    put(Array(String(type).utf8), at: 156, in: &bytes)
    put(Array("ustar".utf8) + [0, 0x30, 0x30], at: 257, in: &bytes)
    let sum = bytes.reduce(0) { $0 + Int($1) }
    put(octal(sum, 6) + [0, 0x20], at: 148, in: &bytes)
    return bytes
  }

  private static func put(_ value: [UInt8], at place: Int, in bytes: inout [UInt8]) {
    bytes.replaceSubrange(place..<(place + value.count), with: value)
  }

  private static func octal(_ value: Int, _ digits: Int) -> [UInt8] {
    let text = Array(String(value, radix: 8).utf8.suffix(digits))
    return [UInt8](repeating: 0x30, count: digits - text.count) + text
  }
}
