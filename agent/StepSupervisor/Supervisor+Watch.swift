import CLinux
import Glibc
import Masking
import Spool

extension Supervisor {
  /// The loop, until the tree is gone, or left alone, and its output is in the spool.
  func watch(_ step: StepProcess, _ masker: SecretMasker?, _ appender: SpoolAppender) {
    var output = OutputStream(file: step.output, kind: .stdout, masker: masker)
    var errors = OutputStream(file: step.errors, kind: .stderr, masker: masker)
    while !isTreeGone, !isLeaving {
      var files = WatchedFiles(
        output: pollfd(file: output.file), errors: pollfd(file: errors.file),
        signals: pollfd(file: signals))
      let count = files.poll(milliseconds: wait)
      if count == 0, !hasSettled { settle() }
      if count > 0 {
        if files.output.revents != 0 { output.readOnce(into: appender) }
        if files.errors.revents != 0 { errors.readOnce(into: appender) }
        if files.signals.revents != 0 { takeSignals() }
      }
      if output.file < 0, errors.file < 0 { life.streamsEnded(at: Clock.steady) }
      actOnTime()
      report(appender)
    }
    output.drain(into: appender)
    errors.drain(into: appender)
    output.close(appender)
    errors.close(appender)
    if isLeaving { noticeLeft(appender) }
  }

  /// Nobody is left, here or in the cgroup.
  var isTreeGone: Bool { hasNoChildren && !tree.cgroup.isPopulated }

  /// Milliseconds until the time demands something, rounded up, or -1. At first not longer than a moment.
  private var wait: Int32 {
    let longest = hasSettled ? -1 : Self.settleMilliseconds
    guard let next = earliest(life.nextTick, nextLook) else { return longest }
    let rest = Int32(clamping: max(0, (next - Clock.steady + 999) / 1000))
    return hasSettled ? rest : min(rest, longest)
  }

  private func earliest(_ one: Int64?, _ other: Int64?) -> Int64? {
    guard let one else { return other }
    guard let other else { return one }
    return min(one, other)
  }

  /// After how much quiet the step is one that lasts.
  private static let settleMilliseconds: Int32 = 50

  /// Gives back the code that only the start needed: starting looks at most of the program, waiting at a
  /// few pages.
  private func settle() {
    hasSettled = true
    qd_let_go_of_code()
  }

  /// Looks after signals and the time only: the spool has no room.
  func waitForRoom() -> SpoolAppender.Waiting {
    var file = pollfd(file: signals)
    if poll(&file, 1, Self.roomMilliseconds) > 0 { takeSignals() }
    actOnTime()
    if let appender, isReportDue { reportUnconfirmed(appender) }
    return life.isForced && (main == 0 || isTreeGone) ? .giveUp : .goOn
  }

  /// How often it is looked whether there is room again.
  private static let roomMilliseconds: Int32 = 200

  private func takeSignals() {
    var signal = signalfd_siginfo()
    let size = MemoryLayout<signalfd_siginfo>.size
    while read(signals, &signal, size) == size {
      guard signal.ssi_signo == UInt32(SIGTERM) else { continue }
      let request = KillRequest(
        sender: signal.ssi_pid, value: qd_carries_value(&signal) != 0 ? signal.ssi_int : nil)
      if request.isOfHost, life.reason == .exited { isLostWithHost = true }
      act(life.killRequested(at: Clock.steady, grace: request.grace.map { $0 * 1000 }))
    }
    if main > 0 { reap() }
  }

  /// Collects everybody who ended. Nobody left means that the tree below is gone.
  private func reap() {
    while true {
      var status: Int32 = 0
      let process = qd_collect(&status)
      if process > 0 {
        if process == main { mainStatus = status }
      } else if process < 0, errno == EINTR {
        continue
      } else {
        hasNoChildren = process < 0
        break
      }
    }
    if mainStatus != nil, !isTreeGone { life.mainEnded(at: Clock.steady) }
  }

  private func actOnTime() {
    let now = Clock.steady
    act(life.tick(at: now))
    if let nextLook, now >= nextLook { look() }
  }

  /// Looks at what the step uses.
  private func look() {
    guard life.isUndisturbed else {
      nextLook = nil
      return
    }
    let sample = tree.sample(memoryLimit: limits.watched.memoryBytes)
    nextLook = Clock.steady + LimitWatch.pause(tasks: sample.tasks)
    if let excess = limits.excess(sample) {
      act(life.limitExceeded(excess, at: Clock.steady))
    }
  }

  private func act(_ action: StepLife.Action) {
    switch action {
    case .nothing: return
    case .terminate: _ = tree.terminate()
    case .kill: tree.kill()
    case .killAndReport:
      tree.kill()
      isReportDue = true
    case .terminateLeftOvers: leftOvers += tree.terminate()
    case .leave: isLeaving = true
    }
  }
}

/// What the loop waits for, in memory as `poll` wants it: without an array, whose type the runtime would
/// look up.
private struct WatchedFiles {
  var output: pollfd
  var errors: pollfd
  var signals: pollfd

  mutating func poll(milliseconds: Int32) -> Int32 {
    withUnsafeMutableBytes(of: &self) {
      Glibc.poll($0.baseAddress!.assumingMemoryBound(to: pollfd.self), 3, milliseconds)
    }
  }
}

extension pollfd {
  fileprivate init(file: Int32) { self.init(fd: file, events: Int16(POLLIN), revents: 0) }
}

extension UInt64 {
  /// Milliseconds as microseconds, at most so many that sums do not overflow.
  var microseconds: Int64 { Int64(Swift.min(self, 1 << 50) * 1000) }
}
