import CLinux
import Glibc
import Masking
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
  /// Where frames go while a step is carried out.
  var appender: SpoolAppender?
  let signals: Int32
  var tree = ProcessTree()
  var life = StepLife(grace: 0, timeoutAt: nil)
  var limits = LimitWatch(StepLimitOrder())
  var main: pid_t = 0
  var mainStatus: Int32?
  /// Nobody is left below this process.
  var hasNoChildren = false
  /// Whoever is left is left alone.
  var isLeaving = false
  var hasSettled = false
  /// The step was told to end because its host stops. systemd halts everybody before it sends the first of these signals,
  /// so this is known before the step's end.
  var isLostWithHost = false
  var leftOvers = 0
  /// When the tree is looked at next for its limits.
  var nextLook: Int64?
  /// Who is still there is to be said.
  var isReportDue = false
  /// Who was said to be still there.
  var reported: [pid_t] = []

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
      timeoutAt: order.timeoutMilliseconds.map { Clock.steady + $0.microseconds },
      leavesChildren: order.leavesChildren)
    let appender = SpoolAppender(
      file: spool, limit: order.spoolLimit, isTruncating: order.isTruncating
    ) { [unowned self] in waitForRoom() }
    self.appender = appender
    tree.cgroup = Cgroup(order.cgroup)
    if !order.secrets.isEmpty { _ = qd_hide_memory() }
    let masker = order.secrets.isEmpty ? nil : SecretMasker(secrets: order.secrets)
    defer {
      if let path = order.scriptPath { _ = unlink(path) }
      if !isLeaving || !tree.cgroup.isPopulated { tree.cgroup.remove() }
      appender.trim()
    }
    do throws(StepProcess.Failure) {
      try carryOut(order, masker, appender)
    } catch {
      let text = masker?.masked(Array(error.text.utf8)) ?? Array(error.text.utf8)
      appender.append(Frame(.notStarted, time: Clock.wall, payload: text[...]))
    }
  }

  private func carryOut(
    _ order: StepOrder, _ masker: SecretMasker?, _ appender: SpoolAppender
  ) throws(StepProcess.Failure) {
    guard appender.prepare() else { throw StepProcess.Failure("the spool's disk", ENOSPC) }
    let enforced = tree.cgroup.put(order.limits)
    let step = try StepProcess.start(order, cgroup: tree.cgroup)
    main = step.process
    appender.append(started(order))
    noticeCgroup(order, isInCgroup: step.isInCgroup, enforced, appender)
    limits = LimitWatch(
      order.limits, isMemoryEnforced: step.isInCgroup && enforced.memory,
      areProcessesEnforced: step.isInCgroup && enforced.processes)
    if limits.isNeeded { nextLook = Clock.steady + LimitWatch.pause(tasks: 1) }
    watch(step, masker, appender)
    appender.finish()
    appender.append(ended())
  }

  /// Says why nothing was started.
  public func refuse(_ why: String) {
    let appender = SpoolAppender(file: spool) { [unowned self] in waitForRoom() }
    appender.append(Frame(.notStarted, time: Clock.wall, text: why))
  }

  /// Says what the order wants and the host cannot.
  private func noticeCgroup(
    _ order: StepOrder, isInCgroup: Bool, _ enforced: Cgroup.Enforced, _ appender: SpoolAppender
  ) {
    if let path = order.cgroup, !isInCgroup {
      tree.cgroup.giveUp()
      notice("the step could not enter its cgroup \(path)", appender)
    }
    if order.limits.cpuPermille != nil, !isInCgroup || !enforced.cpu {
      notice("the limit of processors is not enforced: no cgroup here has the controller", appender)
    }
  }

  func notice(_ text: String, _ appender: SpoolAppender) {
    appender.append(Frame(.notice, time: Clock.wall, text: text + "\n"))
  }

  private func started(_ order: StepOrder) -> Frame {
    let payload = StartedPayload(process: main, supervisor: getpid(), bootID: order.bootID)
    return Frame(.started, time: Clock.wall, payload: payload.bytes[...])
  }

  private func ended() -> Frame {
    if isLostWithHost {
      return Frame(.lost, time: Clock.wall, text: "the host was stopped while the step ran")
    }
    let status = mainStatus ?? 0
    var payload = EndedPayload(
      exitCode: qd_exit_code(status), signal: qd_exit_signal(status), reason: life.reason,
      limit: life.limit)
    let verdict = limits.verdict(
      exitCode: payload.exitCode, signal: payload.signal,
      ranOutOfMemory: tree.cgroup.ranOutOfMemory,
      ranOutOfProcesses: tree.cgroup.ranOutOfProcesses)
    if payload.reason == .exited, let verdict {
      payload.reason = .limitExceeded
      payload.limit = verdict
    }
    return Frame(.ended, time: Clock.wall, payload: payload.bytes[...])
  }
}
