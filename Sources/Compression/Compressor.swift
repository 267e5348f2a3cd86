import CZstd

/// Makes Zstandard frames (RFC 8878), each of which can be read without the others. Several of them one after the
/// other are what `zstd -d` reads as one file.
///
/// It keeps the library's working memory between frames. Each frame names its content's size and ends with a
/// checksum of it.
public struct Compressor: ~Copyable, Sendable {
  // nonisolated(unsafe): owned by this value alone, which cannot be copied and is mutated exclusively.
  private nonisolated(unsafe) let context: OpaquePointer

  /// - Parameter level: 1 (fast) to 19 (small); others are brought into that range. 3 is the library's default.
  public init(level: Int = 3) throws(CompressionError) {
    guard let context = ZSTD_createCCtx() else { throw .noMemory }
    self.context = context
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Int32(min(max(level, 1), 19)))
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
  }

  deinit { ZSTD_freeCCtx(context) }

  /// One frame with all of `bytes`.
  public mutating func frame(of bytes: some Collection<UInt8>) throws(CompressionError) -> [UInt8] {
    var frame: [UInt8] = []
    try append(bytes, to: &frame)
    return frame
  }

  /// Appends one frame with all of `bytes` to `output`.
  public mutating func append(
    _ bytes: some Collection<UInt8>, to output: inout [UInt8]
  ) throws(CompressionError) {
    let context = self.context
    let result: Result<[UInt8], CompressionError>? = bytes.withContiguousStorageIfAvailable {
      Self.compress(UnsafeRawBufferPointer($0), context)
    }
    let frame = try (result ?? Array(bytes).withUnsafeBytes { Self.compress($0, context) }).get()
    output.append(contentsOf: frame)
  }

  private static func compress(
    _ bytes: UnsafeRawBufferPointer, _ context: OpaquePointer
  ) -> Result<[UInt8], CompressionError> {
    var code = 0
    let frame = [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(bytes.count)) {
      room, filled in
      code = ZSTD_compress2(context, room.baseAddress, room.count, bytes.baseAddress, bytes.count)
      filled = ZSTD_isError(code) == 0 ? code : 0
    }
    guard ZSTD_isError(code) == 0 else { return .failure(.damaged(reason: reason(code))) }
    return .success(frame)
  }

  static func reason(_ code: Int) -> String {
    ZSTD_getErrorName(code).map { String(cString: $0) } ?? "error \(code)"
  }
}
