import CLinux
import Glibc
import Spool

/// Parent and subreaper of one step's process tree: owns its pipes, its spool and its exit status, and needs
/// nobody while it does so. It ends when the tree is gone and the spool says how.
///
/// One loop over both streams, the signals SIGCHLD and SIGTERM, and the time. SIGTERM is a request to
/// kill the step; a value sent along (`sigqueue`) is the grace in milliseconds.
public final class Supervisor {
  /// The descriptors that the agent hands over.
  public enum Descriptor {
    /// The spool, open for appending, with the lock that says somebody lives.
    public static let spool: Int32 = 3
    /// The `StepOrder`, encoded, read from its beginning.
    public static let order: Int32 = 4
  }

  private let spool: Int32
  let signals: Int32
  var tree = ProcessTree()
  var life = StepLife(grace: 0, timeoutAt: nil)
  var main: pid_t = 0
  var mainStatus: Int32?
  var isTreeGone = false
  var hasSettled = false
  var leftOvers = 0

  /// Cuts this process loose from its parent: own session, subreaper, nothing inherited by the step.
  public init(spool: Int32) {
    self.spool = spool
    _ = setsid()
    _ = qd_subreaper()
    _ = fcntl(spool, F_SETFD, FD_CLOEXEC)
    // Whatever the agent was started with: what a step makes is as a login's, and no directory is kept busy.
    _ = umask(0o022)
    _ = chdir("/")
    // SIGXFSZ: a spool at its size limit waits like one on a full disk.
    _ = signal(SIGPIPE, SIG_IGN)
    _ = signal(SIGHUP, SIG_IGN)
    _ = signal(SIGINT, SIG_IGN)
    _ = signal(SIGQUIT, SIG_IGN)
    _ = signal(SIGXFSZ, SIG_IGN)
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGCHLD)
    sigaddset(&set, SIGTERM)
    sigprocmask(SIG_BLOCK, &set, nil)
    signals = qd_signalfd(&set)
  }

  /// Carries out an order; returns when the spool has its final frame.
  public func run(_ order: StepOrder) {
    life = StepLife(
      grace: order.graceMilliseconds.microseconds,
      timeoutAt: order.timeoutMilliseconds.map { Clock.steady + $0.microseconds })
    let appender = appender
    defer { if let path = order.scriptPath { _ = unlink(path) } }
    do throws(StepProcess.Failure) {
      let step = try StepProcess.start(order)
      main = step.process
      appender.append(started(order))
      watch(step, appender)
      appender.append(ended())
    } catch {
      appender.append(Frame(.notStarted, time: Clock.wall, text: error.text))
    }
  }

  /// Says why nothing was started.
  public func refuse(_ why: String) {
    appender.append(Frame(.notStarted, time: Clock.wall, text: why))
  }

  private var appender: SpoolAppender {
    SpoolAppender(file: spool) { [unowned self] in waitForSignals(milliseconds: 200) }
  }

  private func started(_ order: StepOrder) -> Frame {
    let payload = StartedPayload(process: main, supervisor: getpid(), bootID: order.bootID)
    return Frame(.started, time: Clock.wall, payload: payload.bytes[...])
  }

  private func ended() -> Frame {
    let status = mainStatus ?? 0
    let payload = EndedPayload(
      exitCode: qd_exit_code(status), signal: qd_exit_signal(status), reason: life.reason)
    return Frame(.ended, time: Clock.wall, payload: payload.bytes[...])
  }
}
