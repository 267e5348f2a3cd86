public import Cluster
public import Logging
import Model
import Schedule
public import ServiceLifecycle
public import Store

/// Deletes old executions of the projects that ask for it, each at the instants of its own schedule by the database's
/// time, on one member at a time: a run is claimed by compare-and-set, and when the claiming term has ended, another
/// member goes on where it stands. It also keeps the history's summaries short.
public struct HistoryCleanup: Service {
  let store: Store
  let removal: ExecutionRemoval
  let terms: CurrentTerm
  let time: DatabaseTime
  /// What holds for projects that set nothing else.
  let defaults: CleanupPolicy
  /// The zone of the schedules.
  let timeZone: String
  let clock: MonotonicTime
  let logger: Logger

  /// The pause between two looks.
  static let interval: Duration = .seconds(10)
  /// How many executions one transaction marks.
  static let portion: Int64 = 100
  /// Marked executions that are older were left by somebody who died, or by a storage that was away.
  static let leftBehind: Duration = .seconds(60)
  /// The pause between two portions, in which others have the database.
  static let breath: Duration = .milliseconds(20)

  public init(
    store: Store, removal: ExecutionRemoval, terms: CurrentTerm, time: DatabaseTime,
    defaults: CleanupPolicy = CleanupPolicy(), timeZone: String,
    clock: MonotonicTime = .continuous(), logger: Logger
  ) {
    self.store = store
    self.removal = removal
    self.terms = terms
    self.time = time
    self.defaults = defaults
    self.timeZone = timeZone
    self.clock = clock
    self.logger = logger
  }

  /// Looks again and again until a graceful shutdown.
  public func run() async throws {
    try? await cancelWhenGracefulShutdown {
      while true {
        try await clock.sleep(for: Self.interval)
        try await upkeep()
        try await look()
      }
    }
  }

  /// Does what is due now. Throws `CancellationError` only; what fails is the next look's.
  public func look() async throws {
    guard let term = terms.held else { return }
    do {
      let (settings, states) = (
        try await store.ask.cleanups.settings(beginning: CleanupPolicy.Key.prefix),
        try await store.ask.cleanups.states()
      )
      for (project, settings) in settings.sorted(by: { $0.key < $1.key }) {
        try await look(at: project, settings, states[project], term)
      }
    } catch let error as CancellationError {
      throw error
    } catch {
      logger.warning("Old executions were not deleted", metadata: ["error": "\(error)"])
    }
  }

  private func look(
    at project: String, _ settings: [String: String], _ state: CleanupState?, _ term: Term
  ) async throws {
    guard let (policy, schedule) = policy(of: project, settings) else { return }
    let now = time.now()
    guard let state else {
      return try await store.ask.cleanups.begin(project, at: now, by: term)
    }
    let due = CleanupDecider.due(schedule, after: state.dueAt, now: now)
    guard let instant = due ?? (state.isFinished ? nil : state.dueAt),
      let run = try await store.ask.cleanups.claim(project, dueAt: instant, by: term)
    else { return }
    try await carryOut(run, policy)
  }

  /// Nil for a project that is not cleaned up.
  private func policy(
    of project: String, _ settings: [String: String]
  ) -> (CleanupPolicy, Schedule)? {
    do {
      let policy = try defaults.overridden(by: settings)
      guard policy.isEnabled else { return nil }
      let rule = JobSchedule(crontab: policy.crontab, timeZone: timeZone)
      return (policy, try Schedule(rule))
    } catch {
      logger.warning(
        "A project's history cannot be cleaned up",
        metadata: ["project": "\(project)", "error": "\(error)"])
      return nil
    }
  }

  /// Folds the summaries and finishes what was left behind: on the first of the live members, which is a matter of
  /// economy only.
  public func upkeep() async throws {
    do {
      guard try await isTheFirst() else { return }
      while terms.held != nil, try await store.foldHistory() > 0 {
        try await clock.sleep(for: Self.breath)
      }
      _ = try await removal.sweep(olderThan: Self.leftBehind)
    } catch let error as CancellationError {
      throw error
    } catch {
      logger.warning("The history was not tidied up", metadata: ["error": "\(error)"])
    }
  }

  private func isTheFirst() async throws(StoreError) -> Bool {
    guard let term = terms.held else { return false }
    let since = time.now().advanced(by: .zero - Self.leftBehind)
    let others = try await store.ask.members.all().filter {
      $0.fencedAt == nil && $0.leftAt == nil && $0.heartbeatAt > since
    }
    return !others.contains { $0.id.text < term.member.text }
  }
}
