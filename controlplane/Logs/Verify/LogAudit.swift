import Model
import Store

/// Checks the chunks of one log, one after the other, with memory that does not grow with the log. Pure.
struct LogAudit {
  var faults: [LogFault] = []
  /// Whether all chunks so far had a digest.
  var isChained = true
  /// Where the next chunk must begin, and how many entries must be before it.
  var position: Int64 = 0
  var line: Int64 = 0
  /// What the next link may follow: what the last one says, and what it should have said. Empty when unknown.
  var previous: [[UInt8]] = [LogChunkStore.chainStart]
  /// The chain of the stored copy, as long as nothing of it was missing.
  var proof = LogProof()
  var isProven = true
  var lastTime: Instant?
  /// Faults that wait for the time of the next line.
  var open: Range<Int>?
  /// What the chunks have of each spool, in their order and joined.
  var spools: [AssignmentID: [Range<Int64>]] = [:]

  /// Takes the next chunk of the stored copy, or a part of one. The chain goes on over it.
  mutating func take(stored chunk: LogChunk) {
    reach(chunk.position, chunk.firstLine)
    note(times(chunk))
    position = chunk.end
    line = chunk.firstLine + chunk.lines
    isProven = proof.take(chunk) && isProven
  }

  /// The stored copy cannot be read in this range.
  mutating func take(unreadable range: Range<Int64>, because reason: String) {
    add(LogFault(.damaged, positions: range, detail: "the stored copy cannot be read: \(reason)"))
    position = range.upperBound
    isProven = false
  }

  /// The stored copy's part is over: what follows must go on with the chain that its bytes give.
  ///
  /// - Parameter isChained: false for a log that was begun before logs had a chain.
  mutating func finishStored(isChained: Bool) {
    proof.finish()
    previous = isProven && isChained ? [proof.chain] : []
    self.isChained = isChained
  }

  mutating func take(_ link: LogLink) {
    if link.chunk.position < position {
      add(fault(.damaged, link, "it begins inside of the chunk before it"))
    } else {
      reach(link.chunk.position, link.chunk.firstLine)
    }
    let before = faults.count
    check(link)
    let times = times(link.chunk)
    // What is damaged names no time that can be relied on.
    if faults.count == before { note(times) }
    position = max(position, link.chunk.position + link.length)
    line = link.chunk.firstLine + link.chunk.lines
  }

  /// The end: `head` is what the log should end with.
  mutating func finish(_ head: LogHead?) {
    let size = head?.size ?? 0
    if position < size { gap(until: size, lines: (head?.lines ?? line) - line) }
    if position > size {
      add(LogFault(.damaged, positions: size..<position, detail: "the log's head ends before it"))
    }
    if isChained, let chain = head?.chain, position == size, size > 0, !previous.isEmpty,
      !previous.contains(chain)
    {
      add(LogFault(.damaged, positions: size..<size, detail: "the log's head has another chain"))
    }
    open = nil
  }

  mutating func reach(_ start: Int64, _ firstLine: Int64) {
    if start > position { gap(until: start, lines: firstLine - line) }
  }

  mutating func gap(until end: Int64, lines: Int64) {
    var fault = LogFault(.missing, positions: position..<end, detail: "no chunk holds these bytes")
    fault.lines = lines > 0 ? lines : nil
    add(fault)
    position = end
    previous = []
  }
}
