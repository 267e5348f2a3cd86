import Cryptography
import Model
import Spool
import Store

/// Checks the chunks of one log, one after the other, with memory that does not grow with the log. Pure.
struct LogAudit {
  private(set) var faults: [LogFault] = []
  /// Whether all chunks so far had a digest.
  private(set) var isChained = true
  /// Where the next chunk must begin, and how many entries must be before it.
  private(set) var position: Int64 = 0
  private(set) var line: Int64 = 0
  /// What the next link may follow: what the last one says, and what it should have said. Empty when unknown.
  private var previous: [[UInt8]] = [LogChunkStore.chainStart]
  /// The chain of the stored copy, as long as nothing of it was missing.
  private var proof = LogProof()
  private var isProven = true
  private var lastTime: Instant?
  /// Faults that wait for the time of the next line.
  private var open: Range<Int>?
  /// What the chunks have of each spool, in their order and joined.
  private var spools: [AssignmentID: [Range<Int64>]] = [:]

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

  /// Checks that the chunks hold all of a spool that arrived; missing bytes are matched with gaps of the log.
  mutating func check(_ claim: SpoolClaim) {
    if claim.hasEnded && !claim.hasOutcome {
      add(fault(claim, nil, "the assignment has ended, and how is not recorded", .damaged))
    }
    guard isChained, claim.arrived > Int64(SpoolFile.firstOffset) else { return }
    guard let silent = claim.silent else {
      return add(fault(claim, nil, "which bytes hold no output cannot be read", .damaged))
    }
    let end = min(claim.truncatedFrom ?? claim.arrived, claim.arrived)
    var next = Int64(SpoolFile.firstOffset)
    let covered = ((spools[claim.assignment] ?? []) + silent).sorted {
      $0.lowerBound < $1.lowerBound
    }
    for range in covered {
      if range.lowerBound > next { miss(next..<min(range.lowerBound, end), of: claim) }
      next = max(next, range.upperBound)
    }
    if next < end { miss(next..<end, of: claim) }
  }
}

extension LogAudit {
  private mutating func check(_ link: LogLink) {
    let chunk = link.chunk
    if let assignment = link.assignment, let offset = link.spoolOffset {
      cover(assignment, offset..<offset + link.length)
    }
    if Int64(chunk.data.count) != link.length {
      add(fault(.damaged, link, "\(chunk.data.count) bytes are there of \(link.length)"))
    }
    guard let digest = link.digest else {
      if isChained && link.chain == nil && previous == [LogChunkStore.chainStart] {
        isChained = false
      } else if isChained {
        add(fault(.damaged, link, "its digest is missing"))
      }
      return
    }
    if Digest.sha256(chunk.data) != digest {
      add(fault(.damaged, link, "its bytes do not have their digest"))
    } else if !isReadable(chunk) {
      add(fault(.damaged, link, "its frames do not hold the lines that it counts"))
    }
    follow(link, digest)
  }

  private mutating func follow(_ link: LogLink, _ digest: [UInt8]) {
    let due = previous.map {
      LogChunkStore.chain(after: $0, position: link.chunk.position, digest: digest)
    }
    if let chain = link.chain, due.isEmpty || due.contains(chain) {
      previous = [chain]
    } else {
      if isChained {
        add(fault(.damaged, link, "it does not follow the chunk before it in the chain"))
      }
      previous = due + (link.chain.map { [$0] } ?? [])
    }
  }

  private func isReadable(_ chunk: LogChunk) -> Bool {
    var reader = FrameReader(chunk.data)
    var lines: Int64 = 0
    while let frame = try? reader.next() { lines += frame.logLines }
    return lines == chunk.lines && reader.consumed == chunk.data.count
  }

  private mutating func reach(_ start: Int64, _ firstLine: Int64) {
    if start > position { gap(until: start, lines: firstLine - line) }
  }

  private mutating func gap(until end: Int64, lines: Int64) {
    var fault = LogFault(.missing, positions: position..<end, detail: "no chunk holds these bytes")
    fault.lines = lines > 0 ? lines : nil
    add(fault)
    position = end
    previous = []
  }

  private mutating func cover(_ assignment: AssignmentID, _ range: Range<Int64>) {
    var ranges = spools[assignment] ?? []
    if let last = ranges.last, last.upperBound == range.lowerBound {
      ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
    } else {
      ranges.append(range)
    }
    spools[assignment] = ranges
  }

  /// A gap of the log that is as long is where it was.
  private mutating func miss(_ range: Range<Int64>, of claim: SpoolClaim) {
    if range.isEmpty { return }
    let gap = faults.firstIndex {
      $0.kind == .missing && $0.assignment == nil && $0.positions?.count == range.count
    }
    if let gap {
      faults[gap].assignment = claim.assignment
      faults[gap].spoolOffsets = range
      faults[gap].step = claim.step
      faults[gap].node = claim.node
    } else {
      add(fault(claim, range, "the log does not hold these bytes of the spool", .missing))
    }
  }

  private func fault(
    _ claim: SpoolClaim, _ range: Range<Int64>?, _ detail: String, _ kind: LogFault.Kind
  ) -> LogFault {
    var fault = LogFault(kind, detail: detail)
    fault.assignment = claim.assignment
    fault.spoolOffsets = range
    fault.step = claim.step
    fault.node = claim.node
    return fault
  }

  private func fault(_ kind: LogFault.Kind, _ link: LogLink, _ detail: String) -> LogFault {
    let start = link.chunk.position
    var fault = LogFault(kind, positions: start..<start + max(link.length, 0), detail: detail)
    fault.lines = link.chunk.lines
    fault.assignment = link.assignment
    fault.spoolOffsets = link.spoolOffset.map { $0..<$0 + max(link.length, 0) }
    fault.step = link.chunk.step
    fault.node = link.chunk.node
    return fault
  }

  private mutating func add(_ fault: LogFault) {
    var fault = fault
    if fault.positions != nil {
      fault.after = lastTime
      open = (open?.lowerBound ?? faults.count)..<faults.count + 1
    }
    faults.append(fault)
  }

  private func times(_ chunk: LogChunk) -> (first: Instant, last: Instant)? {
    var reader = FrameReader(chunk.data)
    var times: (first: Instant, last: Instant)?
    while let header = try? reader.nextHeader() {
      let time = Instant(microseconds: header.time)
      times = (times?.first ?? time, time)
    }
    return times
  }

  private mutating func note(_ times: (first: Instant, last: Instant)?) {
    guard let times else { return }
    for index in open ?? 0..<0 { faults[index].before = times.first }
    open = nil
    lastTime = times.last
  }
}
