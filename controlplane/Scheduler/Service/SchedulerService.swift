public import Cluster
public import Execution
public import Logging
public import Model
public import ServiceLifecycle
public import Store

/// Fires the schedules that this member owns, and gives every due instant exactly one outcome.
///
/// Each term begins anew: the owned schedules are loaded, what fell due meanwhile is settled, and a timer
/// fires what falls due from then on. When the term is lost everything is dropped at once; the ledger's key
/// makes whatever was under way harmless.
public actor SchedulerService: Service {
  private let office: SchedulerOffice
  private var current: ScheduledTerm?
  private var isStopped = false

  /// A scheduler that hands its fires to `launcher`. `time` is the database's time, `clock` measures
  /// pauses only.
  public init(
    store: Store, terms: CurrentTerm, time: DatabaseTime, notices: ClusterNotices?,
    launcher: any FireLaunching, settings: SchedulerSettings = SchedulerSettings(),
    clock: MonotonicTime = .continuous(), logger: Logger
  ) {
    office = SchedulerOffice(
      shelf: ScheduleShelf(store: store), terms: terms, time: time, notices: notices,
      launcher: launcher, settings: settings, clock: clock, logger: logger)
  }

  /// Serves term after term until a graceful shutdown, and then stops as `stop` does.
  public func run() async throws {
    await withDiscardingTaskGroup { group in
      for await held in office.terms.changes().cancelOnGracefulShutdown() {
        current?.drop()
        current = nil
        guard let held, !isStopped else { continue }
        let term = ScheduledTerm(held, office: office)
        current = term
        group.addTask { await term.run() }
      }
      if !Task.isCancelled { await stop() }
      group.cancelAll()
    }
  }

  /// Takes no new fires, waits for the answers to those that are under way, writes how far the jobs are
  /// settled, and returns. Nothing fires any more afterwards; what falls due is the next owner's to
  /// settle. For a drain and at the end.
  public func stop() async {
    isStopped = true
    await current?.stop()
    current?.drop()
    current = nil
  }

  /// Jobs whose schedule was changed through this member, so that no notice of it comes from outside.
  public func changed(_ jobs: [JobID]) async { await current?.reload(jobs) }

  /// What the scheduler holds at the moment.
  public func status() async -> SchedulerStatus { await current?.status() ?? SchedulerStatus() }
}

/// What a scheduler holds at a moment, for people and metrics.
public struct SchedulerStatus: Sendable, Hashable {
  /// Whether every owned schedule was loaded in the present term.
  public var isLoaded = false
  /// How many schedules it holds.
  public var schedules = 0
  /// When the first of them is due.
  public var nextDue: Instant?
  /// Due instants that were handed out and are not answered.
  public var outstanding = 0
  /// Jobs with a past that is being settled.
  public var unsettled = 0
}

/// What the scheduler works with in every term.
struct SchedulerOffice: Sendable {
  let shelf: ScheduleShelf
  let terms: CurrentTerm
  let time: DatabaseTime
  let notices: ClusterNotices?
  let launcher: any FireLaunching
  let settings: SchedulerSettings
  let clock: MonotonicTime
  let logger: Logger
}
