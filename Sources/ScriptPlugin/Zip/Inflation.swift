import CZlib

/// zlib, as zip files use it: deflate without a frame, and CRC-32.
enum Inflation {
  /// Exactly `size` bytes, or an error.
  static func content(
    of packed: ArraySlice<UInt8>, size: Int, name: String
  ) throws(ZipError) -> [UInt8] {
    var stream = z_stream()
    guard qd_inflate_raw(&stream) == Z_OK else { throw .damaged("zlib has no memory") }
    defer { inflateEnd(&stream) }
    var code = Z_OK
    var left = 0
    // One byte more than announced: a stream that has more fills it.
    let content = [UInt8](unsafeUninitializedCapacity: size + 1) { room, filled in
      code = inflateAll(&stream, packed, into: room)
      left = Int(stream.avail_in)
      filled = min(size + 1, Int(stream.total_out))
    }
    guard code == Z_STREAM_END, content.count == size, left == 0 else {
      throw .damaged("'\(name)' does not unpack to the \(size) bytes that are announced")
    }
    return content
  }

  private static func inflateAll(
    _ stream: inout z_stream, _ packed: ArraySlice<UInt8>,
    into room: UnsafeMutableBufferPointer<UInt8>
  ) -> Int32 {
    packed.withUnsafeBufferPointer { packed in
      stream.next_in = UnsafeMutablePointer(mutating: packed.baseAddress)
      stream.avail_in = UInt32(packed.count)
      stream.next_out = room.baseAddress
      stream.avail_out = UInt32(room.count)
      return inflate(&stream, Z_FINISH)
    }
  }

  static func checksum(of bytes: [UInt8]) -> UInt32 {
    UInt32(truncatingIfNeeded: crc32_z(0, bytes, bytes.count))
  }
}
