import Glibc
import Spool

/// What a spool file holds, found by going from header to header without reading the output.
struct SpoolScan {
  var accepted: AcceptedPayload?
  var started: StartedPayload?
  /// Whether the last whole frame is a final one.
  var isFinal = false
  /// Where the whole frames end; what follows is a torn tail.
  var wholeSize: Int64 = 0

  /// Reads the file's headers from `offset`, where a frame begins. A file without its magic counts as empty.
  init(file: Int32, from offset: Int64 = Int64(SpoolFile.firstOffset)) {
    var header = [UInt8](repeating: 0, count: FrameHeader.size)
    guard pread(file, &header, 8, 0) == 8, Array(header[..<8]) == SpoolFile.magic else { return }
    var size = stat()
    fstat(file, &size)
    wholeSize = offset
    while pread(file, &header, header.count, off_t(wholeSize)) == header.count {
      guard let next = header.withUnsafeBytes({ try? FrameHeader($0) }) else { return }
      let end = wholeSize + Int64(FrameHeader.size + next.payloadLength)
      guard end <= Int64(size.st_size) else { return }
      take(next, file: file)
      wholeSize = end
    }
  }

  private mutating func take(_ header: FrameHeader, file: Int32) {
    isFinal = header.kind.isFinal
    guard header.kind == .accepted || header.kind == .started else { return }
    var payload = [UInt8](repeating: 0, count: header.payloadLength)
    pread(file, &payload, payload.count, off_t(wholeSize) + off_t(FrameHeader.size))
    if header.kind == .accepted { accepted = AcceptedPayload(payload[...]) }
    if header.kind == .started { started = try? StartedPayload(payload[...]) }
  }
}
