import Cryptography
import Logs
import Model
import Spool
import Store

/// Cuts a run of frames where the log's limit is. Pure.
struct LogCut {
  let limit: JobLogLimit
  let node: String
  /// What the log holds, with what was kept of the runs so far.
  private(set) var usage: LogUsage

  init(limit: JobLogLimit, node: String, usage: LogUsage) {
    self.limit = limit
    self.node = node
    self.usage = usage
  }

  /// What is kept of the run: all of it, or the frames and lines that are within the limit. Then the last frame may
  /// be shorter than it was, with a header that says so, and the spool offset at its end is where it was cut.
  mutating func keep(_ run: SpoolScan.Run) throws(SpoolError) -> SpoolScan.Run {
    if take(lines: run.lines, bytes: run.content) { return run }
    var kept = SpoolScan.Run(bytes: [], offset: run.offset)
    var reader = FrameReader(run.bytes)
    var begin = 0
    while let frame = try reader.next() {
      let whole = run.bytes.dropFirst(begin).prefix(reader.consumed - begin)
      begin = reader.consumed
      if !frame.isLogged {
        kept.bytes += whole
      } else if take(lines: frame.logLines, bytes: Int64(frame.payload.count)) {
        kept.bytes += whole
        kept.add(frame, frame.payload.count)
      } else {
        cut(frame, into: &kept)
        break
      }
    }
    kept.digest = Digest.sha256(kept.bytes)
    return kept
  }

  private mutating func cut(_ frame: Frame, into kept: inout SpoolScan.Run) {
    guard frame.kind != .dropped else { return }
    var length = 0
    var rest = frame.payload
    while !rest.isEmpty {
      let newline = rest.firstIndex(of: UInt8(ascii: "\n"))
      let line = rest[..<(newline.map { $0 + 1 } ?? rest.endIndex)]
      guard take(lines: 1, bytes: Int64(line.count)) else { break }
      length += line.count
      rest = rest.dropFirst(line.count)
    }
    if length == 0 { return }
    var short = frame
    short.payload = frame.payload.prefix(length)
    kept.bytes += short.bytes
    kept.add(short, length)
  }

  /// Counts it when it is within the limit.
  private mutating func take(lines: Int64, bytes: Int64) -> Bool {
    var next = usage
    next.lines += lines
    next.bytes += bytes
    next.linesByNode[node, default: 0] += lines
    let ofNode = next.linesByNode[node] ?? 0
    guard limit.allows(lines: next.lines, linesOfNode: ofNode, bytes: next.bytes) else {
      return false
    }
    usage = next
    return true
  }
}

extension SpoolScan.Run {
  fileprivate mutating func add(_ frame: Frame, _ length: Int) {
    hasOutput = true
    lines += frame.logLines
    content += Int64(length)
  }
}
