import Model
import Spool
import Store

extension LogAudit {
  func fault(
    _ claim: SpoolClaim, _ range: Range<Int64>?, _ detail: String, _ kind: LogFault.Kind
  ) -> LogFault {
    var fault = LogFault(kind, detail: detail)
    fault.assignment = claim.assignment
    fault.spoolOffsets = range
    fault.step = claim.step
    fault.node = claim.node
    return fault
  }

  func fault(_ kind: LogFault.Kind, _ link: LogLink, _ detail: String) -> LogFault {
    let start = link.chunk.position
    var fault = LogFault(kind, positions: start..<start + max(link.length, 0), detail: detail)
    fault.lines = link.chunk.lines
    fault.assignment = link.assignment
    fault.spoolOffsets = link.spoolOffset.map { $0..<$0 + max(link.length, 0) }
    fault.step = link.chunk.step
    fault.node = link.chunk.node
    return fault
  }

  mutating func add(_ fault: LogFault) {
    var fault = fault
    if fault.positions != nil {
      fault.after = lastTime
      open = (open?.lowerBound ?? faults.count)..<faults.count + 1
    }
    faults.append(fault)
  }

  func times(_ chunk: LogChunk) -> (first: Instant, last: Instant)? {
    var reader = FrameReader(chunk.data)
    var times: (first: Instant, last: Instant)?
    while let header = try? reader.nextHeader() {
      let time = Instant(microseconds: header.time)
      times = (times?.first ?? time, time)
    }
    return times
  }

  mutating func note(_ times: (first: Instant, last: Instant)?) {
    guard let times else { return }
    for index in open ?? 0..<0 { faults[index].before = times.first }
    open = nil
    lastTime = times.last
  }
}
