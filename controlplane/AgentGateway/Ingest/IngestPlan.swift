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

  init(_ arrivals: [Arrival], targets: [AssignmentID: IngestTarget]) {
    self.targets = targets
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
    for run in scan.runs where run.hasOutput {
      let draft = LogChunkDraft(data: Array(run.bytes), lines: run.lines)
      advance.output.append(.init(draft: draft, spoolOffset: run.offset))
      grown.insert(target.execution)
    }
    advance.startedAt = advance.startedAt ?? scan.startedAt
    advance.outcome = advance.outcome ?? scan.outcome
    advance.endedAt = advance.endedAt ?? scan.endedAt
    advances[target.assignment] = advance
  }

  private mutating func announce(_ target: IngestTarget, _ scan: SpoolScan) {
    if let at = scan.startedAt {
      events.append(.started(target.assignment, target.execution, at: at))
    }
    if let outcome = scan.outcome {
      let at = scan.endedAt ?? Instant(microseconds: 0)
      events.append(.ended(target.assignment, target.execution, outcome, at: at))
    }
  }
}
