import CLinux
import Glibc
import Model
import Spool

// Room for spools: steps grow by what is left, and what the control plane has stored makes room for more.

extension StepHost {
  /// The room as of the last half second.
  func room() -> SpoolRoom {
    if let known = knownRoom, ContinuousClock.now - known.at < Self.beatInterval {
      return known.room
    }
    let room = launcher.spool.total == nil ? roomOfDisk : roomOfSpools
    knownRoom = (room, .now)
    return room
  }

  private var roomOfDisk: SpoolRoom {
    SpoolRoom(used: 0, free: SpoolRoom.free(at: directory), rules: launcher.spool)
  }

  /// The room as it is now, with what each spool takes of it.
  var roomOfSpools: SpoolRoom {
    var room = roomOfDisk
    for step in held.values {
      room.used += step.unstored
      room.taken += step.blocks
    }
    return room
  }

  /// Whether the room is so short that running steps have shares of it.
  var isRoomShared: Bool {
    launcher.spool.total != nil || room().share(of: runningCount) != nil
  }

  /// What was stored made room: steps that wait for it need not wait for the beat.
  func shareRoomSoon() {
    if let known = knownRoom, ContinuousClock.now - known.at < .milliseconds(50) { return }
    shareRoom()
  }

  /// Gives each running step its share of what is left, and gives back what is stored when room is short.
  func shareRoom(isBeat: Bool = false) {
    let running = held.values.filter { !$0.isFinal && $0.supervisor >= 0 }
    knownRoom = nil
    let room = room()
    let share = room.share(of: running.count)
    for var step in running {
      let isTight = room.isTight || isNearLimit(step)
      let size = step.size
      held[step.assignment]?.isTight = isTight
      if isBeat {
        held[step.assignment]?.isBlocked = isBlocked(step, size: size)
        held[step.assignment]?.sizeAtBeat = size
      }
      if isTight { giveBack(&step, atLeast: room.isFull ? SpoolScan.head : Self.smallestGift) }
      guard share != nil || step.growsTo != nil, hasStarted(&step) else { continue }
      let limit = share.map { max(step.size + Int64(clamping: $0), step.leastGrowth ?? 0) }
      if qd_limit_file_size(step.process, Int(limit ?? -1)) == 0 {
        held[step.assignment]?.growsTo = limit
      }
    }
  }

  /// Running steps whose output finds no room.
  var blockedCount: Int { held.values.count { $0.isBlocked && !$0.isFinal && $0.supervisor >= 0 } }

  /// Whether the step's spool has stopped short of what it may have. A frame has to fit as a whole, and the supervisor
  /// keeps room for frames of its own.
  private func isBlocked(_ step: HeldStep, size: Int64) -> Bool {
    guard size == step.sizeAtBeat else { return false }
    if let growsTo = step.growsTo, size + (512 << 10) >= growsTo { return true }
    guard let limit = launcher.spool.limit else { return false }
    return step.blocks + min(limit / 2, 576 << 10) >= limit
  }

  private func isNearLimit(_ step: HeldStep) -> Bool {
    launcher.spool.limit.map { step.blocks > $0 / 2 } ?? false
  }

  /// The step itself must not inherit what its supervisor is limited to.
  private func hasStarted(_ step: inout HeldStep) -> Bool {
    if step.hasStarted { return true }
    let scan = SpoolScan(file: step.file)
    guard let started = scan.started else { return false }
    step.hasStarted = true
    held[step.assignment]?.hasStarted = true
    held[step.assignment]?.process = started.supervisor
    step.process = started.supervisor
    return true
  }

  /// Gives the disk blocks of what is stored back to the disk. The file's length and offsets stay as they are.
  ///
  /// Where the rest begins is written into the first frame before: the agent's next life finds it there.
  func giveBack(_ step: inout HeldStep, atLeast smallest: Int64 = smallestGift) {
    let first = SpoolScan.head
    let from = max(first, step.kept / first * first)
    guard step.offset / first * first >= from + smallest else { return }
    let file = open(path(of: step.assignment), O_RDWR | O_CLOEXEC)
    guard file >= 0 else { return }
    defer { _ = close(file) }
    guard noteKept(step.offset, in: file) else { return }
    step.kept = step.offset
    held[step.assignment]?.kept = step.offset
    _ = qd_punch(file, Int(from), Int(step.offset / first * first - from))
  }

  private static let smallestGift = Int64(64 << 10)

  /// Not with the spool's own descriptor: that one appends, wherever it is told to write.
  private func noteKept(_ offset: Int64, in file: Int32) -> Bool {
    var bytes = [UInt8](repeating: 0, count: 512)
    let count = pread(file, &bytes, bytes.count, off_t(SpoolFile.firstOffset))
    guard count >= FrameHeader.size,
      let header = bytes.withUnsafeBytes({ try? FrameHeader($0) }), header.kind == .accepted,
      FrameHeader.size + header.payloadLength <= count
    else { return false }
    let end = FrameHeader.size + header.payloadLength
    guard AcceptedPayload(bytes[FrameHeader.size..<end])?.kept != nil else { return false }
    let digits = AcceptedPayload.digits(offset)
    let position = SpoolFile.firstOffset + end - AcceptedPayload.keptDigits
    return pwrite(file, digits, AcceptedPayload.keptDigits, off_t(position))
      == AcceptedPayload.keptDigits
  }

  /// Frames of exactly so many bytes (at least a header) that say that so many are missing: for a store that went back to
  /// an earlier state after what it had stored was given back here.
  static func filler(_ count: Int, at time: Int64) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = count
    while rest > 0 {
      var size = min(rest, 1 << 20)
      if rest > size, rest - size < 24 { size -= 24 }
      rest -= size
      let length = size - FrameHeader.size
      if length < 8 {
        let blank = [UInt8](repeating: 0x20, count: length)
        Frame(.notice, time: time, payload: blank[...]).encode(into: &bytes)
      } else {
        let payload = DroppedPayload(count: UInt64(size)).bytes
        let blank = [UInt8](repeating: 0, count: length - payload.count)
        Frame(.dropped, time: time, payload: (payload + blank)[...]).encode(into: &bytes)
      }
    }
    return bytes
  }
}
