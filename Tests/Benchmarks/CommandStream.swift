import Wire

/// Takes the commands out of a streaming answer: a head, then chunks of `Transfer-Encoding: chunked`.
struct CommandStream {
  private var bytes: [UInt8] = []
  private var isBody = false
  private var framing = CommandFraming()

  /// The commands that are whole after these bytes. What is no such answer gives none.
  mutating func receive(_ new: ArraySlice<UInt8>) -> [Command] {
    bytes += new
    if !isBody {
      guard let end = Self.end(of: [13, 10, 13, 10], in: bytes[...]) else { return [] }
      bytes.removeFirst(end)
      isBody = true
    }
    var commands: [Command] = []
    while let (chunk, next) = chunk() {
      commands += (try? framing.receive(chunk)) ?? []
      bytes.removeFirst(next)
    }
    return commands
  }

  /// The first whole chunk, and where the next begins.
  private func chunk() -> (ArraySlice<UInt8>, Int)? {
    guard let start = Self.end(of: [13, 10], in: bytes[...]),
      let length = Int(String(decoding: bytes[..<(start - 2)], as: UTF8.self), radix: 16),
      bytes.count >= start + length + 2
    else { return nil }
    return (bytes[start..<(start + length)], start + length + 2)
  }

  private static func end(of mark: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
    bytes.indices.first { bytes[$0...].starts(with: mark) }.map { $0 + mark.count }
  }
}
