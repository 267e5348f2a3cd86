import CLinux
import Glibc
import Model
import Spool

extension StepHost {
  /// How long a step's first frames wait for each other: a step that is over at once takes one report.
  private static let youth = 8
  /// How often a supervisor that is not known yet is looked for.
  private static let searchInterval = 100

  /// A descriptor can be read: the spools' directory, the timer, or a supervisor that ended.
  func happened(_ number: UInt64) {
    switch number {
    case Self.inotifyNumber: takeSpoolEvents()
    case Self.timerNumber: takeTimer()
    case Self.beatNumber: takeBeat()
    default: supervisorEnded(AssignmentID(Int64(bitPattern: number)))
    }
    // Whichever of these it was, it may have made a place.
    startQueued()
  }

  /// Looks at a young step again in a moment.
  func wait(for assignment: AssignmentID) {
    held[assignment]?.isYoung = true
    timed.insert(assignment)
    setTimer(milliseconds: Self.youth)
  }

  /// Looks for a supervisor that is not known yet.
  func search(for assignment: AssignmentID) {
    timed.insert(assignment)
    setTimer(milliseconds: Self.searchInterval)
  }

  private func setTimer(milliseconds: Int) {
    // Whoever waits for longer looks once too early, which does no harm.
    if let timerLength, timerLength <= milliseconds { return }
    timerLength = milliseconds
    var time = itimerspec()
    time.it_value.tv_nsec = milliseconds * 1_000_000
    timerfd_settime(timer, 0, &time, nil)
  }

  private func takeTimer() {
    var count: UInt64 = 0
    _ = read(timer, &count, 8)
    timerLength = nil
    let due = timed
    timed = []
    // Between two beats a new step could take all there is.
    if due.contains(where: { held[$0]?.isYoung == true }), isRoomShared { shareRoom() }
    for assignment in due {
      if let command = postponed.removeValue(forKey: assignment) { obey(command) }
      guard let step = held[assignment] else { continue }
      if step.isYoung {
        held[assignment]?.isYoung = false
        markDirty(assignment)
      } else if step.supervisor < 0 {
        if !step.isFinal { lookAgain(step) } else if step.isUnwanted { remove(step) }
      }
    }
  }

  private func takeSpoolEvents() {
    withUnsafeTemporaryAllocation(byteCount: 8192, alignment: 8) { buffer in
      let count = read(inotify, buffer.baseAddress, buffer.count)
      var position = 0
      while count - position >= MemoryLayout<inotify_event>.size {
        let event = buffer.loadUnaligned(fromByteOffset: position, as: inotify_event.self)
        let name = position + MemoryLayout<inotify_event>.size
        position = name + Int(event.len)
        take(event, name: UnsafeRawBufferPointer(rebasing: buffer[name..<position]))
      }
    }
  }

  private func take(_ event: inotify_event, name: UnsafeRawBufferPointer) {
    if event.mask & UInt32(IN_Q_OVERFLOW) != 0 {
      for assignment in held.keys { markDirty(assignment) }
      return
    }
    var number: Int64 = 0
    for byte in name {
      if byte == UInt8(ascii: ".") { break }
      guard byte >= 0x30, byte <= 0x39 else { return }
      number = number &* 10 &+ Int64(byte - 0x30)
    }
    let assignment = AssignmentID(number)
    if held[assignment]?.isYoung == false { markDirty(assignment) }
  }

  /// Collects a supervisor and makes sure that its spool has an end.
  func supervisorEnded(_ assignment: AssignmentID) {
    guard var step = held[assignment], step.supervisor >= 0 else { return }
    thread.unwatch(step.supervisor)
    _ = close(step.supervisor)
    step.supervisor = -1
    if step.child > 0 { waitpid(step.child, nil, 0) }
    step.child = 0
    step.isYoung = false
    removeFiles(of: assignment)
    if step.isUnwanted, step.isFinal { return remove(step) }
    settleEnd(&step, why: "the step's supervisor ended unexpectedly")
    held[assignment] = step
    // A full disk takes no final frame: it is written as soon as there is room.
    if !step.isFinal { search(for: assignment) }
    if step.isUnwanted, step.isFinal { remove(step) } else { markDirty(assignment) }
  }

  /// The supervisor is gone. A spool without a final frame gets one that says so, after what is left of the step
  /// was ended: nobody would stop it any more, and nobody would hear of its end.
  func settleEnd(_ step: inout HeldStep, why: String) {
    guard !step.isFinal else { return }
    let scan = SpoolScan(file: step.file, from: step.offset)
    step.isFinal = scan.isFinal
    guard !scan.isFinal else { return }
    var frame = step.unwritten
    if frame == nil {
      launcher.cgroups?.kill(step.assignment)
      let ended = StepTree(spool: path(of: step.assignment)).end()
      frame = Frame(.lost, time: now(), text: why + StepTree.note(ended))
    }
    _ = ftruncate(step.file, off_t(scan.wholeSize))
    if let frame { append(frame, to: &step) }
    removeScript(of: step.assignment)
    launcher.cgroups?.remove(step.assignment)
  }
}
