import Model
import Spool
import Store

extension LogAudit {
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

  mutating func cover(_ assignment: AssignmentID, _ range: Range<Int64>) {
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
}
