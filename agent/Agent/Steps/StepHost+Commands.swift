import CLinux
import Glibc
import Logging
import Model
import Spool
import Wire

extension StepHost {
  /// Starts a step, at most once: a spool or a memory of this assignment means that it was started before.
  /// Its epoch counts all the same: a command of an older one is refused from then on.
  func accept(_ assignment: Assignment) {
    guard admit(assignment.epoch, of: assignment.execution), held[assignment.id] == nil,
      postponed[assignment.id] == nil, !finished.contains(assignment.id)
    else { return }
    hasWorked = true
    keepBeating()
    if mustWait(assignment) || mustFetch(assignment) { return }
    if let complaint = room().complaint {
      return postpone(.start(assignment), because: complaint)
    }
    do throws(SystemError) {
      let file = try recordIntent(
        assignment.id, execution: assignment.execution, epoch: assignment.epoch)
      var step = HeldStep(
        assignment: assignment.id, execution: assignment.execution, epoch: assignment.epoch,
        file: file)
      start(&step, assignment.specification)
      held[assignment.id] = step
      if step.isFinal {
        markDirty(assignment.id)
      } else if step.supervisor < 0 {
        search(for: assignment.id)
      } else {
        wait(for: assignment.id)
      }
    } catch {
      postpone(.start(assignment), because: "\(error)")
    }
  }

  /// Puts a step into the queue when as many run as may; those that came before go before it.
  private func mustWait(_ assignment: Assignment) -> Bool {
    guard let limit = launcher.policy.steps else { return false }
    if queue.contains(where: { $0.id == assignment.id }) { return true }
    guard !queue.isEmpty || runningCount >= Int(limit) else { return false }
    queue.append(assignment)
    return true
  }

  /// Starts what waits in the queue, as far as there are places.
  func startQueued() {
    guard let limit = launcher.policy.steps else { return }
    while !queue.isEmpty, runningCount < Int(limit), !isStopped {
      let waiting = queue
      queue = []
      accept(waiting[0])
      queue = waiting.dropFirst() + queue
      // A full disk postpones it, and the others would fare no better.
      if postponed[waiting[0].id] != nil { return }
    }
  }

  /// Has a step's tree ended. A step that never came here is recorded as one that will never start.
  func kill(
    _ assignment: AssignmentID, of execution: ExecutionID, epoch: Epoch, grace: UInt64
  ) {
    guard admit(epoch, of: execution) else { return }
    let grace = Int32(clamping: grace)
    guard let step = held[assignment] else {
      postponed[assignment] = nil
      stopFetching(assignment)
      queue.removeAll { $0.id == assignment }
      if !finished.contains(assignment) { refuse(assignment, of: execution, epoch: epoch) }
      return
    }
    if step.isFinal { return }
    if step.supervisor >= 0 {
      _ = qd_pidfd_send_value(step.supervisor, SIGTERM, grace)
    } else {
      held[assignment]?.pendingKill = grace
    }
  }

  /// The control plane has everything of this assignment, or does not want it.
  func forget(_ assignment: AssignmentID) {
    postponed[assignment] = nil
    stopFetching(assignment)
    queue.removeAll { $0.id == assignment }
    wasPostponed.remove(assignment)
    guard var step = held[assignment] else { return }
    guard step.supervisor >= 0 else { return remove(step) }
    step.isUnwanted = true
    held[assignment] = step
    if !step.isFinal { _ = qd_pidfd_send_value(step.supervisor, SIGTERM, 5000) }
  }

  private func admit(_ epoch: Epoch, of execution: ExecutionID) -> Bool {
    if epochs.admit(epoch, of: execution) { return true }
    logger.warning(
      "refused a command of an old epoch",
      metadata: ["execution": "\(execution)", "epoch": "\(epoch)"])
    return false
  }

  /// Makes the spool. That it did not exist is what lets the step start.
  private func recordIntent(
    _ assignment: AssignmentID, execution: ExecutionID, epoch: Epoch
  ) throws(SystemError) -> Int32 {
    let path = path(of: assignment)
    let file = open(path, O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw SystemError(path) }
    _ = flock(file, LOCK_EX | LOCK_NB)
    let intent = AcceptedPayload(bootID: bootID, execution: execution, epoch: epoch)
    var bytes = SpoolFile.magic
    Frame(.accepted, time: now(), text: intent.text).encode(into: &bytes)
    guard write(file, bytes, bytes.count) == bytes.count else {
      let code = errno
      // Nothing was started: without its spool the control plane may send the assignment again.
      _ = unlink(path)
      _ = close(file)
      throw SystemError(path, code: code)
    }
    return file
  }

  private func start(_ step: inout HeldStep, _ specification: StepSpecification) {
    do {
      let order = try launcher.order(for: specification, of: step.assignment)
      step.child = try launcher.launch(order, of: step.assignment, spool: step.file)
      step.supervisor = qd_pidfd_open(step.child)
      thread.watch(step.supervisor, as: UInt64(bitPattern: step.assignment.number))
    } catch {
      if error is LocalPolicy.Refusal {
        logger.warning(
          "refused a step",
          metadata: [
            "assignment": "\(step.assignment)", "project": "\(specification.project ?? "")",
            "reason": "\(error)",
          ])
      }
      launcher.cgroups?.remove(step.assignment)
      append(Frame(.notStarted, time: now(), text: "\(error)"), to: &step)
    }
  }

  func refuse(
    _ assignment: AssignmentID, of execution: ExecutionID, epoch: Epoch,
    because reason: String = "killed before it was started"
  ) {
    let file: Int32
    do throws(SystemError) {
      file = try recordIntent(assignment, execution: execution, epoch: epoch)
    } catch {
      return postpone(.refuse(assignment, execution, epoch), because: "\(error)")
    }
    var step = HeldStep(
      assignment: assignment, execution: execution, epoch: epoch, file: file)
    append(Frame(.notStarted, time: now(), text: reason), to: &step)
    held[assignment] = step
    if step.isFinal { markDirty(assignment) } else { search(for: assignment) }
  }

  /// Ends a spool in its supervisor's place.
  func append(_ frame: Frame, to step: inout HeldStep) {
    let bytes = frame.bytes
    if write(step.file, bytes, bytes.count) == bytes.count {
      step.isFinal = true
      step.unwritten = nil
    } else {
      step.unwritten = frame
    }
  }

  /// Remembers the assignment as finished, then deletes its spool.
  ///
  /// On a full disk the spool gives up its blocks first, and its name stands for the memory until that can be written: a
  /// spool that exists is never started again.
  func remove(_ step: HeldStep) {
    do throws(SystemError) {
      let seconds = now() / 1_000_000
      do throws(SystemError) {
        try finished.insert(step.assignment, now: seconds)
      } catch {
        _ = ftruncate(step.file, 0)
        try finished.insert(step.assignment, now: seconds)
      }
    } catch {
      logger.debug("a finished step cannot be remembered", metadata: ["error": "\(error)"])
      held[step.assignment]?.isUnwanted = true
      return search(for: step.assignment)
    }
    _ = unlink(path(of: step.assignment))
    removeFiles(of: step.assignment)
    _ = close(step.file)
    held[step.assignment] = nil
    timed.remove(step.assignment)
    // There is room again, and the control plane is to know.
    keepBeating()
  }
}
