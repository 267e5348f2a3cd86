/// Reads whole frames from bytes, one after the other, without copying payloads.
///
/// Bytes may end in the middle of a frame: then `next` returns nil and `consumed` says how many bytes
/// were whole frames.
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

  private func peek() throws(SpoolError) -> FrameHeader? {
    let left = bytes.endIndex - position
    guard left >= FrameHeader.size else { return nil }
    let result = bytes.withUnsafeBytes { raw -> Result<FrameHeader, SpoolError> in
      let start = position - bytes.startIndex
      do throws(SpoolError) {
        return .success(
          try FrameHeader(
            UnsafeRawBufferPointer(rebasing: raw[start..<start + FrameHeader.size]),
            at: base + start))
      } catch {
        return .failure(error)
      }
    }
    let header = try result.get()
    return left >= FrameHeader.size + header.payloadLength ? header : nil
  }
}
