import Execution
import Logs
import Model
import Spool
import Store
import Wire

/// Decides what a batch of reports changes, given what the store knows. Pure.
struct IngestPlan {
  /// A piece with what was read from it.
  struct Arrival: Sendable {
    var agent: AgentID
    var piece: SpoolPiece
    var scan: SpoolScan
  }

  /// What to write, by assignment.
  private(set) var advances: [AssignmentID: SpoolAdvance] = [:]
  /// What Execution is told when it is written: also what was stored before, because whoever stored it
  /// may not have lived to tell.
  private(set) var events: [AssignmentEvent] = []
  /// The executions whose logs grow.
  private(set) var grown: Set<ExecutionID> = []
  /// What to answer when it is written, one for each arrival.
  private(set) var acks: [SpoolAck] = []

  private let targets: [AssignmentID: IngestTarget]
  /// What the logs with a limit hold, with what this plan adds to them.
  private var usage: [ExecutionID: LogUsage]
  /// The executions and nodes that are known to be at their limit.
  private var limited: Set<Limited> = []

  private struct Limited: Hashable {
    let execution: ExecutionID
    let node: String?
  }

  init(
    _ arrivals: [Arrival], targets: [AssignmentID: IngestTarget],
    usage: [ExecutionID: LogUsage] = [:]
  ) {
    self.targets = targets
    self.usage = usage
    for arrival in arrivals { acks.append(decide(arrival)) }
  }

  /// A piece of an older epoch is taken: whoever owns the execution now, its output is the output. One
  /// of an epoch that was never given, or from an agent that it was not given to, belongs to an
  /// assignment that this store does not know.
  private mutating func decide(_ arrival: Arrival) -> SpoolAck {
    let piece = arrival.piece
    guard let target = targets[piece.assignment], target.agent == arrival.agent,
      piece.epoch <= target.epoch
    else { return SpoolAck(assignment: piece.assignment, offset: 0, forget: true) }
    // It was withdrawn as never delivered, and its agent got it all the same: nobody wants it.
    if target.wasWithdrawn && arrival.scan.outcome == nil {
      return SpoolAck(assignment: piece.assignment, offset: 0, forget: true)
    }
    let stored = max(
      advances[piece.assignment]?.to ?? target.stored, Int64(SpoolFile.firstOffset))
    // What is damaged must begin where the store ends, before it counts.
    if piece.offset > stored || (arrival.scan.isDamaged && piece.offset < stored) {
      return SpoolAck(assignment: piece.assignment, offset: stored, forget: false)
    }
    var scan = arrival.scan
    if scan.end > stored {
      if piece.offset < stored {
        scan = SpoolScan(piece.bytes, at: piece.offset, skipping: stored)
        if scan.isDamaged {
          return SpoolAck(assignment: piece.assignment, offset: stored, forget: false)
        }
      }
      advance(target, scan)
    }
    announce(target, arrival.scan)
    return SpoolAck(
      assignment: piece.assignment, offset: max(scan.end, stored),
      forget: arrival.scan.outcome != nil)
  }

  private mutating func advance(_ target: IngestTarget, _ scan: SpoolScan) {
    var advance = advances[target.assignment] ?? SpoolAdvance(target: target)
    advance.to = scan.end
    for run in scan.runs { take(run, at: scan.time, into: &advance) }
    advance.silent = SpoolScan.joined(advance.silent + scan.unread)
    advance.survivors = scan.survivors?.processes ?? advance.survivors
    advance.startedAt = advance.startedAt ?? scan.startedAt
    advance.outcome = advance.outcome ?? scan.outcome
    advance.endedAt = advance.endedAt ?? scan.endedAt
    advances[target.assignment] = advance
  }

  private mutating func take(
    _ run: SpoolScan.Run, at time: Instant, into advance: inout SpoolAdvance
  ) {
    let target = advance.target
    if target.truncatedFrom != nil || advance.truncatedFrom != nil { return }
    guard run.hasOutput else { return advance.silent.append(run.offset..<run.end) }
    var kept = run
    if let limit = target.limit {
      var cut = LogCut(
        limit: limit, node: target.node, usage: usage[target.execution] ?? LogUsage())
      // The scan has read these frames, so they can be read.
      kept = (try? cut.keep(run)) ?? run
      usage[target.execution] = cut.usage
    }
    if kept.end < run.end { truncate(&advance, from: kept.end, at: time) }
    guard kept.hasOutput else {
      if !kept.bytes.isEmpty { advance.silent.append(kept.offset..<kept.end) }
      return
    }
    let draft = LogChunkDraft(
      data: Array(kept.bytes), lines: kept.lines, content: kept.content, digest: kept.digest)
    advance.output.append(.init(draft: draft, spoolOffset: kept.offset))
    grown.insert(target.execution)
  }

  /// From here on nothing of this spool is kept. Execution is told once for each log, or node, that is at its limit.
  private mutating func truncate(
    _ advance: inout SpoolAdvance, from offset: Int64, at time: Instant
  ) {
    let target = advance.target
    advance.truncatedFrom = offset
    let node = target.limit?.isOfNode == true ? target.node : nil
    guard limited.insert(Limited(execution: target.execution, node: node)).inserted else { return }
    if !target.isLimitReached { advance.limitReachedAt = time }
    events.append(.logLimitReached(target.execution, node: node, at: time))
  }

  private mutating func announce(_ target: IngestTarget, _ scan: SpoolScan) {
    if let at = scan.startedAt {
      events.append(.started(target.assignment, target.execution, at: at))
    }
    if let (processes, at) = scan.survivors {
      events.append(
        .unconfirmed(target.assignment, target.execution, processes: processes, at: at))
    }
    if let outcome = scan.outcome {
      let at = scan.endedAt ?? Instant(microseconds: 0)
      events.append(.ended(target.assignment, target.execution, outcome, at: at))
    }
  }
}

extension SpoolScan {
  /// The ranges with those that touch each other as one.
  static func joined(_ ranges: [Range<Int64>]) -> [Range<Int64>] {
    var joined: [Range<Int64>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) where !range.isEmpty {
      if let last = joined.last, range.lowerBound <= last.upperBound {
        joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        joined.append(range)
      }
    }
    return joined
  }
}
