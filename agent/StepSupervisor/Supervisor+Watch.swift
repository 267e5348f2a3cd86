import CLinux
import Glibc
import Spool

extension Supervisor {
  /// The loop, until the tree is gone and its output is in the spool.
  func watch(_ step: StepProcess, _ appender: SpoolAppender) {
    var output = OutputStream(file: step.output, kind: .stdout)
    var errors = OutputStream(file: step.errors, kind: .stderr)
    while !isTreeGone {
      var files = WatchedFiles(
        output: pollfd(file: output.file), errors: pollfd(file: errors.file),
        signals: pollfd(file: signals))
      let count = files.poll(milliseconds: wait)
      if count == 0, !hasSettled { settle() }
      if count > 0 {
        if files.output.revents != 0 { _ = output.readOnce(into: appender) }
        if files.errors.revents != 0 { _ = errors.readOnce(into: appender) }
        if files.signals.revents != 0 { takeSignals() }
      }
      act(life.tick(at: Clock.steady))
      noticeLeftOvers(appender)
    }
    output.drain(into: appender)
    errors.drain(into: appender)
    output.close(appender)
    errors.close(appender)
  }

  /// Milliseconds until the time demands something, rounded up, or -1. At first not longer than a moment.
  private var wait: Int32 {
    let longest = hasSettled ? -1 : Self.settleMilliseconds
    guard let next = life.nextTick else { return longest }
    let rest = Int32(clamping: max(0, (next - Clock.steady + 999) / 1000))
    return hasSettled ? rest : min(rest, longest)
  }

  /// After how much quiet the step is one that lasts.
  private static let settleMilliseconds: Int32 = 50

  /// Gives back the code that only the start needed: starting looks at most of the program, waiting at a few pages.
  private func settle() {
    hasSettled = true
    qd_let_go_of_code()
  }

  /// Looks after signals and the time only: the spool's disk is full.
  func waitForSignals(milliseconds: Int32) {
    var file = pollfd(file: signals)
    if poll(&file, 1, milliseconds) > 0 {
      takeSignals()
    }
    act(life.tick(at: Clock.steady))
  }

  private func takeSignals() {
    var signal = signalfd_siginfo()
    let size = MemoryLayout<signalfd_siginfo>.size
    while read(signals, &signal, size) == size {
      guard signal.ssi_signo == UInt32(SIGTERM) else { continue }
      let grace = qd_carries_value(&signal) != 0 ? Int64(signal.ssi_int) * 1000 : nil
      act(life.killRequested(at: Clock.steady, grace: grace))
    }
    reap()
  }

  /// Collects everybody who ended. Nobody left means that the tree is gone.
  private func reap() {
    while true {
      var status: Int32 = 0
      let process = waitpid(-1, &status, WNOHANG)
      if process > 0 {
        if process == main { mainStatus = status }
      } else if process < 0, errno == EINTR {
        continue
      } else {
        isTreeGone = process < 0
        break
      }
    }
    if mainStatus != nil, !isTreeGone { life.mainEnded(at: Clock.steady) }
  }

  private func act(_ action: StepLife.Action) {
    switch action {
    case .nothing: return
    case .terminate: _ = tree.terminate()
    case .kill: tree.kill()
    case .terminateLeftOvers: leftOvers += tree.terminate()
    }
  }

  private func noticeLeftOvers(_ appender: SpoolAppender) {
    guard leftOvers > 0 else { return }
    let count = leftOvers
    leftOvers = 0
    let text = "\(count) left-over process\(count == 1 ? "" : "es") of the step had to be ended\n"
    appender.append(Frame(.notice, time: Clock.wall, text: text))
  }
}

/// What the loop waits for, in memory as `poll` wants it: without an array, whose type the runtime would look up.
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
