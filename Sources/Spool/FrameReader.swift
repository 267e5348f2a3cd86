/// Reads whole frames from bytes, one after the other, without copying payloads.
///
/// Bytes may end in the middle of a frame: then `next` returns nil and `consumed` says how many bytes
/// were whole frames. Frames of a kind that this program does not know, of a later version, are skipped and counted
/// as consumed.
public struct FrameReader: Sendable {
  private let bytes: ArraySlice<UInt8>
  private let base: Int
  private var position: Int

  /// - Parameter base: the position of the first byte in the spool, so that errors name spool offsets.
  public init(_ bytes: ArraySlice<UInt8>, base: Int = 0) {
    self.bytes = bytes
    self.base = base
    position = bytes.startIndex
  }

  public init(_ bytes: [UInt8], base: Int = 0) { self.init(bytes[...], base: base) }

  /// How many bytes the frames read so far take.
  public var consumed: Int { position - bytes.startIndex }

  /// The next frame's header without its payload, or nil when no whole frame is left. Moves on.
  public mutating func nextHeader() throws(SpoolError) -> FrameHeader? {
    guard let header = try peek() else { return nil }
    position += FrameHeader.size + header.payloadLength
    return header
  }

  /// The next frame, or nil when no whole frame is left.
  public mutating func next() throws(SpoolError) -> Frame? {
    guard let header = try peek() else { return nil }
    let start = position + FrameHeader.size
    position = start + header.payloadLength
    return Frame(
      header.kind, flags: header.flags, time: header.time, payload: bytes[start..<position])
  }

  /// All whole frames of `bytes`.
  public static func frames(in bytes: ArraySlice<UInt8>) throws(SpoolError) -> [Frame] {
    var reader = FrameReader(bytes)
    var frames: [Frame] = []
    while let frame = try reader.next() { frames.append(frame) }
    return frames
  }

  /// The header of the next frame of a known kind, if the frame is whole; unknown ones before it are passed.
  private mutating func peek() throws(SpoolError) -> FrameHeader? {
    while true {
      let left = bytes.endIndex - position
      guard left >= FrameHeader.size else { return nil }
      let (length, header) = try look().get()
      guard left >= FrameHeader.size + length else { return nil }
      if let header { return header }
      position += FrameHeader.size + length
    }
  }

  /// What the header at this position says: nil as header for an unknown kind.
  private func look() -> Result<(length: Int, header: FrameHeader?), SpoolError> {
    bytes.withUnsafeBytes { raw in
      let start = position - bytes.startIndex
      let room = UnsafeRawBufferPointer(rebasing: raw[start..<start + FrameHeader.size])
      do throws(SpoolError) {
        let length = try FrameHeader.payloadLength(in: room, at: base + start)
        guard FrameKind(rawValue: room[4]) != nil else { return .success((length, nil)) }
        return .success((length, try FrameHeader(room, at: base + start)))
      } catch {
        return .failure(error)
      }
    }
  }
}
