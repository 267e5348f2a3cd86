import CZstd

/// Reads Zstandard frames, piece by piece and in flat memory.
public struct Decompressor: ~Copyable, Sendable {
  // nonisolated(unsafe): owned by this value alone, which cannot be copied and is mutated exclusively.
  private nonisolated(unsafe) let context: OpaquePointer
  /// Whether the bytes taken so far end where a frame ends.
  public private(set) var isAtFrameEnd = true

  public init() throws(CompressionError) {
    guard let context = ZSTD_createDCtx() else { throw .noMemory }
    self.context = context
  }

  deinit { ZSTD_freeDCtx(context) }

  /// The content of whole frames, at most `limit` bytes of it.
  ///
  /// Throws `damaged` when the bytes are no frames, end within one or fail its checksum; `tooLong` when there is more.
  public static func content(
    of frames: some Collection<UInt8>, limit: Int
  ) throws(CompressionError) -> [UInt8] {
    var decompressor = try Decompressor()
    let content = try decompressor.take(frames, limit: limit)
    guard decompressor.isAtFrameEnd else { throw .damaged(reason: "the frame is not whole") }
    return content
  }

  /// What the next bytes of a run of frames add, at most `limit` bytes. Bytes may end anywhere.
  public mutating func take(
    _ bytes: some Collection<UInt8>, limit: Int
  ) throws(CompressionError) -> [UInt8] {
    guard !bytes.isEmpty else { return [] }
    let context = self.context
    let step: Step? = bytes.withContiguousStorageIfAvailable {
      Self.read(UnsafeRawBufferPointer($0), context, limit: limit)
    }
    let done = step ?? Array(bytes).withUnsafeBytes { Self.read($0, context, limit: limit) }
    if let error = done.error { throw error }
    isAtFrameEnd = done.isAtFrameEnd
    return done.content
  }

  private struct Step {
    var content: [UInt8] = []
    var isAtFrameEnd = false
    var error: CompressionError?
  }

  private static func read(
    _ bytes: UnsafeRawBufferPointer, _ context: OpaquePointer, limit: Int
  ) -> Step {
    var step = Step()
    var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
    let room = UnsafeMutableRawBufferPointer.allocate(
      byteCount: ZSTD_DStreamOutSize(), alignment: 16)
    defer { room.deallocate() }
    var isFull = false
    while input.pos < input.size || isFull {
      var output = ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
      let code = ZSTD_decompressStream(context, &output, &input)
      guard ZSTD_isError(code) == 0 else {
        step.error = .damaged(reason: Compressor.reason(code))
        return step
      }
      guard step.content.count + output.pos <= limit else {
        step.error = .tooLong(limit: limit)
        return step
      }
      step.content.append(contentsOf: UnsafeRawBufferPointer(rebasing: room[..<output.pos]))
      isFull = output.pos == output.size
      step.isAtFrameEnd = code == 0
      // A frame that ended exactly with a full buffer leaves nothing behind.
      if code == 0 && input.pos == input.size { break }
    }
    return step
  }
}
