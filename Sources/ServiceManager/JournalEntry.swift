import CSystemd
import Glibc

/// The fields of one entry as one block of bytes with a vector for each field.
struct JournalEntry {
  private let bytes: [UInt8]
  private let ends: [Int]

  init(_ fields: [JournalField]) {
    var bytes: [UInt8] = []
    var ends: [Int] = []
    for field in fields {
      bytes += field.bytes
      ends.append(bytes.count)
    }
    self.bytes = bytes
    self.ends = ends
  }

  /// Vectors of `NAME=value`, valid during the call; the callee only reads.
  func withVectors<Result>(_ body: (UnsafeBufferPointer<iovec>) -> Result) -> Result {
    bytes.withUnsafeBytes { block in
      var start = 0
      let vectors = ends.map { end in
        defer { start = end }
        let base = block.baseAddress.map { UnsafeMutableRawPointer(mutating: $0 + start) }
        return iovec(iov_base: base, iov_len: end - start)
      }
      return vectors.withUnsafeBufferPointer(body)
    }
  }
}
