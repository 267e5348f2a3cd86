/// The fields of one entry as one block of bytes with the places where each ends.
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

  /// Each field's `NAME=value`, valid during the call.
  func withFields<Result>(_ body: ([UnsafeRawBufferPointer]) -> Result) -> Result {
    bytes.withUnsafeBytes { block in
      var start = 0
      return body(
        ends.map { end in
          defer { start = end }
          return UnsafeRawBufferPointer(rebasing: block[start..<end])
        })
    }
  }
}
