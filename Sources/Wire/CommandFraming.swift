/// Puts commands into a stream of bytes and takes them out again: a u32 length, little endian, then the
/// encoded command.
public struct CommandFraming: Sendable {
  /// The longest command in bytes: a script and a standard input have to fit.
  public static let maximumLength = 64 << 20

  private var buffer: [UInt8] = []

  public init() {}

  /// The bytes of a command in the stream.
  public static func frame(_ command: Command) -> [UInt8] {
    let body = command.bytes
    var bytes = withUnsafeBytes(of: UInt32(body.count).littleEndian) { Array($0) }
    bytes.append(contentsOf: body)
    return bytes
  }

  /// Takes bytes as they come; returns the commands that are whole now, in their order. A command of a
  /// kind that this version does not know is left out.
  public mutating func receive(_ bytes: some Sequence<UInt8>) throws(WireError) -> [Command] {
    buffer.append(contentsOf: bytes)
    var commands: [Command] = []
    var position = 0
    while let length = try length(at: position) {
      let start = position + 4
      position = start + length
      do throws(WireError) {
        commands.append(try Command(bytes: buffer[start..<position]))
      } catch .unknownCommand {
        continue
      }
    }
    if position == buffer.count { buffer = [] } else { buffer.removeFirst(position) }
    return commands
  }

  /// The length of the whole command at `position`, or nil when it is not whole yet.
  private func length(at position: Int) throws(WireError) -> Int? {
    guard buffer.count - position >= 4 else { return nil }
    let length = buffer.withUnsafeBytes {
      Int(UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
    }
    guard length <= Self.maximumLength else { throw .oversized(length) }
    return buffer.count - position - 4 >= length ? length : nil
  }
}
