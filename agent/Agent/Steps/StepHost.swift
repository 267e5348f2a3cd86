import CLinux
import Glibc
import Logging
import Model
import Spool
import Wire

/// Everything that the agent holds: starts steps, finds them again after the agent's restart, knows when their
/// supervisors end, and hands out what their spools have to say.
///
/// An actor on a thread of its own, because most of what it does blocks.
actor StepHost {
  nonisolated let thread: EventThread
  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  let directory: String
  let bootID: String
  let launcher: SupervisorLauncher
  let logger: Logger
  /// Microseconds since 1970.
  let now: @Sendable () -> Int64

  var held: [AssignmentID: HeldStep] = [:]
  var finished: FinishedAssignments
  var epochs = SeenEpochs()
  /// Spools with something to ship, in the order in which they got it.
  var dirty: [AssignmentID] = []
  var waiting: [CheckedContinuation<OutgoingReport?, Never>] = []
  /// Steps to look at when the timer rings: young ones, and ones whose supervisor is not known yet.
  var timed: Set<AssignmentID> = []
  /// How long the timer was set for in milliseconds, while it is set.
  var timerLength: Int?
  /// What could not be recorded yet, because the spools' disk is full; tried again until it can.
  var postponed: [AssignmentID: PostponedCommand] = [:]
  /// Of which the log has that they wait.
  var wasPostponed: Set<AssignmentID> = []
  /// Whether a step was held since somebody asked `becameIdle`. The start counts as work.
  var hasWorked = true
  /// What the reason is for which the latest command was postponed.
  var postponement: String?
  /// Steps that wait for a place among those that may run at once.
  var queue: [Assignment] = []
  /// Steps that wait for files that they are given.
  var fetching: [AssignmentID: Assignment] = [:]
  /// The files of which are on this host.
  var fetched: Set<AssignmentID> = []
  /// Whoever fetches, and waits for something to fetch.
  var fetchers: [CheckedContinuation<Assignment?, Never>] = []
  /// What nobody fetches yet.
  var unfetched: [AssignmentID] = []
  /// Bytes of output that were dropped since the start.
  var dropped: UInt64 = 0
  var knownRoom: (room: SpoolRoom, at: ContinuousClock.Instant)?
  /// What the next report says of the agent; what was said last, and when.
  var statement: AgentCondition?
  var stated: AgentCondition?
  var statedAt: ContinuousClock.Instant?
  let inotify: Int32
  let timer: Int32
  /// Rings twice a second while there is work.
  let beat: Int32
  var isBeating = false
  var isStopped = false

  static let inotifyNumber = UInt64.max - 1
  static let timerNumber = UInt64.max - 2
  static let beatNumber = UInt64.max - 3

  /// Takes over a state directory; `recover` comes next.
  init(
    directory: String, launcher: SupervisorLauncher, bootID: String, logger: Logger,
    now: @escaping @Sendable () -> Int64
  ) throws(AgentError) {
    self.directory = directory
    self.launcher = launcher
    self.bootID = bootID
    self.logger = logger
    self.now = now
    finished = FinishedAssignments(directory: directory)
    do throws(SystemError) {
      thread = try EventThread(name: "steps")
      inotify = inotify_init1(Int32(O_CLOEXEC | O_NONBLOCK))
      timer = timerfd_create(CLOCK_MONOTONIC, Int32(O_CLOEXEC | O_NONBLOCK))
      beat = timerfd_create(CLOCK_MONOTONIC, Int32(O_CLOEXEC | O_NONBLOCK))
      guard inotify >= 0, timer >= 0, beat >= 0 else { throw SystemError("inotify") }
      guard inotify_add_watch(inotify, directory, UInt32(IN_MODIFY)) >= 0 else {
        throw SystemError(directory)
      }
    } catch {
      throw .file(error)
    }
  }

  deinit {
    for step in held.values {
      _ = close(step.file)
      if step.supervisor >= 0 { _ = close(step.supervisor) }
    }
    _ = close(inotify)
    _ = close(timer)
    _ = close(beat)
  }

  /// Begins to listen to the spools and to the supervisors.
  func listen() {
    thread.handle { [weak self] number in self?.assumeIsolated { $0.happened(number) } }
    thread.watch(inotify, as: Self.inotifyNumber)
    thread.watch(timer, as: Self.timerNumber)
    thread.watch(beat, as: Self.beatNumber)
  }

  /// Ends the listening and everybody's waiting for reports. Steps go on.
  func stop() {
    isStopped = true
    thread.unwatch(inotify)
    thread.unwatch(timer)
    thread.unwatch(beat)
    for step in held.values where step.supervisor >= 0 { thread.unwatch(step.supervisor) }
    for waiter in waiting { waiter.resume(returning: nil) }
    waiting = []
    for fetcher in fetchers { fetcher.resume(returning: nil) }
    fetchers = []
  }

  /// What the agent says it holds when it opens its stream.
  func inventory() -> [InventoryEntry] {
    held.values.map {
      InventoryEntry(
        assignment: $0.assignment, epoch: $0.epoch, spoolSize: $0.size, ended: $0.isFinal)
    }
  }

  /// How many steps run.
  var runningCount: Int { held.values.count { !$0.isFinal } }

  /// Whether there was work since this was asked before, and no step is held now.
  func becameIdle() -> Bool {
    guard hasWorked, held.isEmpty else { return false }
    hasWorked = false
    return true
  }

  func path(of assignment: AssignmentID) -> String {
    "\(directory)/\(SpoolName.file(of: assignment))"
  }
}
