import Cluster
import Execution
import Model
import Store
import Synchronization

/// The scheduler's work in one term. It begins with nothing, and ends by being dropped.
actor ScheduledTerm {
  nonisolated let term: Term
  nonisolated let office: SchedulerOffice

  var owned = OwnedSchedules()
  var outstanding = Outstanding()
  /// Jobs with a past to settle.
  var backlog = Backlog()
  /// Jobs with an instant whose outcome is not certain: they are settled again after a pause.
  var doubtful: Set<JobID> = []
  /// Jobs that were forgotten during a round of settlement: what the round knew of them counts no more.
  var forgotten: Set<JobID> = []
  /// Jobs that are settled further than the store knows.
  var advanced: Set<JobID> = []
  var facts = FireFacts()
  var factsRead: Duration?
  /// Rows that wait to be written.
  var rows: [FireRow] = []
  /// Jobs that are to be looked up in the store.
  var wanted: Set<JobID> = []
  var isLoaded = false
  var isStopping = false
  var isEnded = false
  var sleeper: Task<Void, Never>?
  var quiet: [CheckedContinuation<Void, Never>] = []

  nonisolated let isDropped = Atomic(false)
  nonisolated let launches = Signals<[DueFire]>(.unbounded)
  nonisolated let rowsCame = Signals<Void>(.bufferingNewest(1))
  nonisolated let backlogCame = Signals<Void>(.bufferingNewest(1))
  nonisolated let jobsWanted = Signals<Void>(.bufferingNewest(1))
  nonisolated let factsWanted = Signals<Void>(.bufferingNewest(1))
  nonisolated let pollWanted = Signals<Void>(.bufferingNewest(1))

  init(_ term: Term, office: SchedulerOffice) {
    self.term = term
    self.office = office
  }

  /// Loads, settles and fires until `drop`.
  func run() async {
    let heard = office.notices?.notices()
    await withDiscardingTaskGroup { group in
      group.addTask { await self.load() }
      group.addTask { await self.fireLoop() }
      group.addTask { await self.recordLoop() }
      group.addTask { await self.settleLoop() }
      group.addTask { await self.reloadLoop() }
      group.addTask { await self.factsLoop() }
      group.addTask { await self.pollLoop() }
      group.addTask { await self.advanceLoop() }
      group.addTask { await self.pollOnBeat() }
      if let heard { group.addTask { await self.hear(heard) } }
      for await fires in launches.stream { group.addTask { await self.launch(fires) } }
      group.cancelAll()
    }
    isEnded = true
    noteQuiet()
  }

  /// Ends `run`, whatever is under way. Nothing is fired any more.
  nonisolated func drop() {
    isDropped.store(true, ordering: .sequentiallyConsistent)
    launches.finish()
  }

  /// Whether this process may act in this term at this moment.
  nonisolated var isHeld: Bool {
    !isDropped.load(ordering: .sequentiallyConsistent) && office.terms.held == term
  }

  /// What this term holds.
  func status() -> SchedulerStatus {
    SchedulerStatus(
      isLoaded: isLoaded, schedules: owned.count, nextDue: owned.firstDue,
      outstanding: outstanding.count, unsettled: backlog.count + doubtful.count)
  }

  /// Takes no new fires and returns when those under way are answered and the store knows how far the
  /// jobs are settled; also when the term is dropped meanwhile.
  func stop() async {
    isStopping = true
    wake()
    while !outstanding.isEmpty && !isEnded && !Task.isCancelled {
      await withTaskCancellationHandler {
        await withCheckedContinuation { quiet.append($0) }
      } onCancel: {
        Task { await self.resumeQuiet() }
      }
    }
    await advance()
  }

  /// Whoever waits for the last answer goes on when it is there.
  func noteQuiet() {
    if outstanding.isEmpty || isEnded { resumeQuiet() }
  }

  private func resumeQuiet() {
    let waiting = quiet
    quiet = []
    for continuation in waiting { continuation.resume() }
  }
}
