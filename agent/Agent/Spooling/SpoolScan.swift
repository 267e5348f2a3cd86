import Glibc
import Spool

/// What a spool file holds, found by going from header to header without reading the output.
struct SpoolScan {
  var accepted: AcceptedPayload?
  var started: StartedPayload?
  /// Whether the last whole frame is a final one.
  var isFinal = false
  /// The last whole frame's kind, nil for one of a later version, and where it begins.
  var lastKind: FrameKind?
  var lastOffset: Int64 = 0
  /// Where the whole frames end; what follows is a torn tail.
  var wholeSize: Int64 = 0
  /// Whether the file was written by a version of the format that this one does not know.
  var isForeign = false

  /// What is kept of every spool when its disk blocks are given back: its first frames are in there.
  static let head: Int64 = 4096

  /// Reads the file's headers from `offset`, where a frame begins. A file without its magic counts as empty.
  ///
  /// A frame of a kind that this version does not know is whole like any other; zeros, which a crash of the host may
  /// leave, are not a frame.
  init(file: Int32, from offset: Int64 = Int64(SpoolFile.firstOffset)) {
    var header = [UInt8](repeating: 0, count: FrameHeader.size)
    guard pread(file, &header, 8, 0) == 8 else { return }
    guard Array(header[..<8]) == SpoolFile.magic else {
      isForeign = header[..<7] == SpoolFile.magic[..<7]
      return
    }
    var size = stat()
    fstat(file, &size)
    wholeSize = offset
    while true {
      if let kept = accepted?.kept, wholeSize < kept, wholeSize + 16 > Self.head {
        wholeSize = kept
      }
      guard pread(file, &header, header.count, off_t(wholeSize)) == header.count, header[4] != 0,
        let length = header.withUnsafeBytes({ try? FrameHeader.payloadLength(in: $0, at: 0) })
      else { return }
      let end = wholeSize + Int64(FrameHeader.size + length)
      guard end <= Int64(size.st_size) else { return }
      take(header, length, file: file)
      wholeSize = end
    }
  }

  private mutating func take(_ header: [UInt8], _ length: Int, file: Int32) {
    let kind = FrameKind(rawValue: header[4])
    isFinal = kind?.isFinal == true
    lastKind = kind
    lastOffset = wholeSize
    guard kind == .accepted || kind == .started else { return }
    var payload = [UInt8](repeating: 0, count: length)
    pread(file, &payload, payload.count, off_t(wholeSize) + off_t(FrameHeader.size))
    if kind == .accepted { accepted = AcceptedPayload(payload[...]) }
    if kind == .started { started = try? StartedPayload(payload[...]) }
  }
}
