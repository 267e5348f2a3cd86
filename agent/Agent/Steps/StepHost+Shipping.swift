import Glibc
import Logging
import Model
import Spool
import Wire

/// An encoded report and what it holds.
struct OutgoingReport: Sendable {
  struct Piece: Sendable {
    let assignment: AssignmentID
    let offset: Int64
    let end: Int64
  }

  let body: [UInt8]
  let pieces: [Piece]
  /// Whether it says how the agent is.
  var hasStatement = false
}

extension StepHost {
  /// How many bytes are read of a spool whose stored offset is not known: enough for its first frames.
  private static let probeSize = 4 << 10

  /// The next report, as soon as there is something to say; nil after `stop`.
  func nextReport() async -> OutgoingReport? {
    if isStopped { return nil }
    if let report = makeReport() { return report }
    return await withCheckedContinuation { waiting.append($0) }
  }

  /// The spool has something new.
  func markDirty(_ assignment: AssignmentID) {
    guard let step = held[assignment], !step.isDirty, step.mayShip else { return }
    held[assignment]?.isDirty = true
    dirty.append(assignment)
    wakeShipper()
  }

  /// Hands a report to whoever waits for one.
  func wakeShipper() {
    guard !waiting.isEmpty, let report = makeReport() else { return }
    waiting.removeFirst().resume(returning: report)
  }

  /// What became of a report. Returns whether the control plane took anything in; if not, the caller waits before the
  /// next one.
  func settle(_ report: OutgoingReport, _ answer: ReportAnswer) -> Bool {
    var acks: [AssignmentID: SpoolAck] = [:]
    for ack in answer.acks { acks[ack.assignment] = ack }
    var hasProgress = report.hasStatement
    for piece in report.pieces {
      guard var step = held[piece.assignment] else { continue }
      let ack = acks[piece.assignment]
      step.reports -= 1
      step.isProbing = false
      if let ack, !ack.forget { moveLoss(of: &step, behind: ack.offset) }
      step.acknowledge(ack?.offset ?? piece.offset, of: piece)
      if step.isTight { giveBack(&step) }
      hasProgress = hasProgress || ack?.forget == true || step.offset > piece.offset
      held[piece.assignment] = step
      if ack?.forget == true {
        forget(piece.assignment)
      } else if step.sent < step.size {
        markDirty(piece.assignment)
      }
    }
    if hasProgress, isRoomShared, held.values.contains(where: { $0.growsTo != nil }) {
      shareRoomSoon()
    }
    return hasProgress
  }

  /// A report that will not be sent: its pieces are for others.
  func giveBack(_ report: OutgoingReport) {
    for piece in report.pieces {
      guard let step = held[piece.assignment] else { continue }
      held[piece.assignment]?.reports -= 1
      held[piece.assignment]?.sent = min(step.sent, piece.offset)
      markDirty(piece.assignment)
    }
  }

  /// After the host had died: the control plane has more of the spool than the disk has, so that the loss belongs
  /// behind that. Both know nothing of what came in between.
  private func moveLoss(of step: inout HeldStep, behind stored: Int64) {
    guard let lostAt = step.lostAt, stored > lostAt else { return }
    let frames = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, filled in
      filled = max(0, pread(step.file, buffer.baseAddress, 4096, off_t(lostAt)))
    }
    var reader = FrameReader(frames)
    guard let frame = try? reader.next(), frame.kind == .lost else { return }
    guard ftruncate(step.file, off_t(lostAt)) == 0, ftruncate(step.file, off_t(stored)) == 0 else {
      return
    }
    step.isFinal = false
    append(frame, to: &step)
    step.lostAt = stored
    if !step.isFinal { search(for: step.assignment) }
  }

  private func makeReport() -> OutgoingReport? {
    var message = Report(pieces: [])
    var pieces: [OutgoingReport.Piece] = []
    var room = Report.maximumBytes
    var rest: [AssignmentID] = []
    for assignment in dirty {
      guard room > 0, let step = held[assignment], !step.isUnwanted || !step.isFinal else {
        if held[assignment] != nil { rest.append(assignment) }
        continue
      }
      let bytes = read(step, atMost: room)
      if bytes.isEmpty {
        let isTooLarge = room < Report.maximumBytes && step.sent < step.size
        if isTooLarge { rest.append(assignment) } else { held[assignment]?.isDirty = false }
        continue
      }
      room -= bytes.count
      pieces.append(take(step, bytes.count))
      message.pieces.append(
        SpoolPiece(assignment: assignment, epoch: step.epoch, offset: step.sent, bytes: bytes))
      if held[assignment]?.isDirty == true { rest.append(assignment) }
    }
    dirty = rest
    if pieces.isEmpty, statement == nil { return nil }
    message.condition = statement
    statement = nil
    return OutgoingReport(
      body: message.bytes, pieces: pieces, hasStatement: message.condition != nil)
  }

  /// Notes that so many bytes of the step are on their way from now on. It stays in the list when so much is left that
  /// the next report may take it up at once.
  private func take(_ step: HeldStep, _ count: Int) -> OutgoingReport.Piece {
    var step = held[step.assignment] ?? step
    let piece = OutgoingReport.Piece(
      assignment: step.assignment, offset: step.sent, end: step.sent + Int64(count))
    step.reports += 1
    step.sent = piece.end
    step.isDirty = step.mayShip
    held[step.assignment] = step
    return piece
  }

  /// Whole frames from where shipping goes on.
  private func read(_ step: HeldStep, atMost limit: Int) -> ArraySlice<UInt8> {
    if step.sent < step.kept { return fill(step, atMost: limit) }
    let left = Int(step.size - step.sent)
    let wanted = min(left, step.isProbing ? min(limit, Self.probeSize) : limit)
    guard wanted > 0 else { return [] }
    let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, filled in
      filled = max(0, pread(step.file, buffer.baseAddress, wanted, off_t(step.sent)))
    }
    var reader = FrameReader(bytes, base: Int(step.sent))
    do throws(SpoolError) {
      while let header = try reader.nextHeader() {
        if header.kind.isFinal { held[step.assignment]?.isFinal = true }
        guard header.kind == .dropped else { continue }
        count(
          bytes[..<reader.consumed].suffix(header.payloadLength), of: step, upTo: reader.consumed)
      }
    } catch {
      logger.error(
        "a spool is damaged", metadata: ["assignment": "\(step.assignment)", "error": "\(error)"])
    }
    return bytes[..<reader.consumed]
  }

  /// In place of what was given back, up to where the rest begins.
  private func fill(_ step: HeldStep, atMost limit: Int) -> ArraySlice<UInt8> {
    let missing = Int(step.kept - step.sent)
    if missing <= limit { return Self.filler(missing, at: now())[...] }
    let part = missing - limit < 24 ? limit - 24 : limit
    return part < 24 ? [] : Self.filler(part, at: now())[...]
  }

  /// Adds what a `dropped` frame says, once.
  private func count(_ payload: ArraySlice<UInt8>, of step: HeldStep, upTo end: Int) {
    let position = step.sent + Int64(end)
    guard position > step.countedTo, let said = try? DroppedPayload(payload) else { return }
    held[step.assignment]?.countedTo = position
    dropped &+= said.count
    // The step may have ended long ago, and the beat with it.
    keepBeating()
  }
}
