import CLinux
import Glibc
import Logging
import Model
import Spool

extension StepHost {
  /// Finds the steps that an earlier life of this agent started.
  ///
  /// A locked spool has a living supervisor. An unlocked one without a final frame is lost: its supervisor died, or the
  /// host was restarted, or it cannot be known whether the step started; a final frame says which.
  func recover() {
    for name in DirectoryListing.names(in: directory) {
      guard let assignment = SpoolName.assignment(of: name) else { continue }
      recover(assignment)
    }
    removeScripts()
    launcher.cgroups?.clean { held[$0].map { !$0.isFinal } ?? false }
    if !held.isEmpty { keepBeating() }
  }

  private func recover(_ assignment: AssignmentID) {
    let file = open(path(of: assignment), O_RDWR | O_APPEND | O_CLOEXEC)
    guard file >= 0 else { return }
    let isLocked = flock(file, LOCK_EX | LOCK_NB) != 0
    var scan = SpoolScan(file: file)
    if scan.isForeign {
      logger.error(
        "a spool of another version of the format is left as it is",
        metadata: ["file": "\(path(of: assignment))"])
      _ = close(file)
      return
    }
    if scan.accepted == nil, !isLocked { scan = renew(file, scan) }
    var step = HeldStep(
      assignment: assignment, execution: scan.accepted?.execution ?? ExecutionID(0),
      epoch: scan.accepted?.epoch ?? Epoch(0), file: file)
    step.isProbing = true
    step.isFinal = scan.isFinal
    step.kept = max(step.kept, scan.accepted?.kept ?? 0)
    if scan.lastKind == .lost { step.lostAt = scan.lastOffset }
    if let accepted = scan.accepted { _ = epochs.admit(accepted.epoch, of: accepted.execution) }
    if !isLocked, !scan.isFinal {
      // After a boot of the host nobody is left.
      let mayLive = scan.accepted?.bootID == bootID
      if mayLive { launcher.cgroups?.kill(assignment) }
      let ended = mayLive ? StepTree(spool: path(of: assignment)).end() : 0
      _ = ftruncate(file, off_t(scan.wholeSize))
      append(Self.end(of: scan, bootID: bootID, ended: ended, at: now()), to: &step)
      step.lostAt = scan.wholeSize
    }
    if isLocked { find(&step, scan) }
    held[assignment] = step
    if step.supervisor < 0, !step.isFinal { search(for: assignment) }
    markDirty(assignment)
  }

  /// A spool whose intent was never written whole: begins it anew. The agent ended before it started anything, unless the host
  /// died with what was written: then nobody knows.
  private func renew(_ file: Int32, _ scan: SpoolScan) -> SpoolScan {
    var status = stat()
    fstat(file, &status)
    let isOfEarlierBoot = Int64(status.st_mtim.tv_sec) < Self.bootTime(now())
    _ = ftruncate(file, 0)
    let intent = AcceptedPayload(bootID: bootID, execution: ExecutionID(0), epoch: Epoch(0))
    var bytes = SpoolFile.magic
    Frame(.accepted, time: now(), text: intent.text).encode(into: &bytes)
    let end =
      isOfEarlierBoot
      ? Frame(
        .lost, time: now(),
        text: "the host was restarted: it is not known whether the step started")
      : Frame(.notStarted, time: now(), text: "the agent stopped before it started the step")
    end.encode(into: &bytes)
    _ = write(file, bytes, bytes.count)
    return SpoolScan(file: file)
  }

  /// When the host was started, in seconds since 1970.
  private static func bootTime(_ now: Int64) -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return now / 1_000_000 - Int64(time.tv_sec)
  }

  /// The final frame of a spool that nobody holds a lock on.
  static func end(of scan: SpoolScan, bootID: String, ended: Int, at time: Int64) -> Frame {
    let text =
      if scan.accepted?.bootID != bootID {
        "the host was restarted while the step ran"
      } else if scan.started == nil {
        "the agent ended while it started the step: it is not known whether the step started"
      } else {
        "the step's supervisor ended unexpectedly"
      }
    return Frame(.lost, time: time, text: text + StepTree.note(ended))
  }

  /// Opens the supervisor that a started frame names, if that process has this spool open.
  private func find(_ step: inout HeldStep, _ scan: SpoolScan) {
    guard let started = scan.started else { return }
    let supervisor = qd_pidfd_open(started.supervisor)
    guard supervisor >= 0 else { return }
    guard isOurs(started.supervisor, spool: step.file) else {
      _ = close(supervisor)
      return
    }
    step.supervisor = supervisor
    step.process = started.supervisor
    thread.watch(supervisor, as: UInt64(bitPattern: step.assignment.number))
    if let grace = step.pendingKill {
      step.pendingKill = nil
      _ = qd_pidfd_send_value(supervisor, SIGTERM, grace)
    }
  }

  private func isOurs(_ process: pid_t, spool: Int32) -> Bool {
    var theirs = stat()
    var ours = stat()
    return stat("/proc/\(process)/fd/3", &theirs) == 0 && fstat(spool, &ours) == 0
      && theirs.st_dev == ours.st_dev && theirs.st_ino == ours.st_ino
  }

  /// A locked spool whose supervisor was not known: by now it has said who it is, or is gone.
  func lookAgain(_ step: HeldStep) {
    var step = step
    if flock(step.file, LOCK_EX | LOCK_NB) == 0 {
      settleEnd(&step, why: "the step's supervisor ended unexpectedly")
    } else {
      find(&step, SpoolScan(file: step.file))
    }
    held[step.assignment] = step
    if step.supervisor < 0, !step.isFinal { search(for: step.assignment) }
    if step.isFinal, step.isUnwanted { remove(step) } else { markDirty(step.assignment) }
  }

  /// Scripts whose supervisor could not remove them.
  private func removeScripts() {
    for directory in Set([directory, launcher.publicScripts]) {
      for name in DirectoryListing.names(in: directory) {
        guard let assignment = SpoolName.assignment(ofScript: name) else { continue }
        let step = held[assignment]
        if step == nil || step?.isFinal == true { _ = unlink("\(directory)/\(name)") }
      }
    }
  }

  /// The script of a step whose supervisor died, after nobody of the step is left.
  func removeScript(of assignment: AssignmentID) {
    for directory in Set([directory, launcher.publicScripts]) {
      for name in DirectoryListing.names(in: directory)
      where SpoolName.assignment(ofScript: name) == assignment {
        _ = unlink("\(directory)/\(name)")
      }
    }
  }
}
