/// Why bytes could not be compressed or read again.
public enum CompressionError: Error, Sendable, Hashable {
  /// The bytes are no whole frames, or their checksum is wrong. `reason` is the library's own.
  case damaged(reason: String)
  /// The frames hold more than the caller allows.
  case tooLong(limit: Int)
  /// There is not enough memory for the library's own state.
  case noMemory
}
