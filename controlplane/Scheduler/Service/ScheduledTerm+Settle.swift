import Cluster
import Execution
import Model
import Store

// What fell due while nobody was there, or has no certain outcome: it is settled in rounds of a bounded
// size, in which every job with a past has its turn.
extension ScheduledTerm {
  /// The most jobs of one round.
  static let jobsAtOnce = 256
  /// The most instants of one job in a round.
  static let instantsOfJob = 500
  /// The most late launches of one job in a round.
  static let launchesOfJob = 50
  /// From how many instants on a round takes no further job.
  static let instantsAtOnce = 5_000
  /// The first pause before instants in doubt are settled again.
  static let firstPause: Duration = .milliseconds(250)

  /// The job's past is to be settled; when that is under way already, once more.
  func addToBacklog(_ job: JobID) {
    if backlog.contains(job) { doubtful.insert(job) } else { backlog.add(job) }
    backlogCame.send()
  }

  /// Settles whatever is to be settled, until it is stopped.
  func settleLoop() async {
    var doubts = DoubtPause(first: Self.firstPause, longest: office.settings.doubtPause)
    var budget = CatchUpBudget(rate: office.settings.catchUpRate, at: office.time.now())
    for await _ in backlogCame.stream {
      while !isStopping && !Task.isCancelled && !(backlog.isEmpty && doubtful.isEmpty) {
        if doubts.isOver(hasDoubts: !doubtful.isEmpty, at: office.clock.now) { retryDoubts() }
        if backlog.isEmpty {
          _ = try? await office.clock.sleep(for: doubts.rest(at: office.clock.now))
        } else {
          await settleRound(&budget)
        }
      }
    }
  }

  private func retryDoubts() {
    for job in doubtful where !backlog.contains(job) {
      doubtful.remove(job)
      if let schedule = owned[job], schedule.settled < schedule.handed { backlog.add(job) }
    }
  }

  private func settleRound(_ budget: inout CatchUpBudget) async {
    forgotten = []
    let taken = backlog.take(Self.jobsAtOnce)
    do throws(StoreError) {
      var cursors = try await cursors(of: taken)
      let pages = takePages(&cursors)
      let known = try await office.shelf.outcomes(pages.compactMap(\.span))
      await settle(pages, known: known, &budget)
      finish(pages, cursors)
    } catch {
      for (job, _) in taken {
        backlog.finish(job)
        doubtful.insert(job)
      }
      await pause(after: error, "Due instants could not be settled")
    }
  }

  /// A cursor for each job that has none yet; the versions of those whose schedule has changed since they
  /// were settled are read together.
  private func cursors(
    of taken: [(job: JobID, cursor: SettlementCursor?)]
  ) async throws(StoreError) -> [SettlementCursor] {
    var begun: [SettlementCursor] = []
    var fresh: [OwnedSchedule] = []
    for (job, cursor) in taken {
      if let cursor {
        begun.append(cursor)
      } else if let schedule = owned[job] {
        fresh.append(schedule)
      } else {
        backlog.finish(job)
      }
    }
    let versions = try await office.shelf.spans(
      of: fresh.filter { $0.settled < $0.validFrom }.map { ($0.job, $0.settled, $0.handed) })
    let now = office.time.now()
    for schedule in fresh {
      begun.append(cursor(over: schedule, versions[schedule.job] ?? [schedule.span], now))
    }
    return begun
  }

  private func cursor(
    over schedule: OwnedSchedule, _ spans: [ScheduleSpan], _ now: Instant
  ) -> SettlementCursor {
    SettlementCursor(
      job: schedule.job, expected: ExpectedInstants(spans), after: schedule.settled,
      through: min(schedule.handed, now), policy: schedule.catchUp ?? office.settings.catchUp,
      now: now, patience: office.settings.patience, isCut: schedule.handed > now)
  }

  private func takePages(_ cursors: inout [SettlementCursor]) -> [SettledPage] {
    var pages: [SettledPage] = []
    var count = 0
    for index in cursors.indices where count < Self.instantsAtOnce {
      guard
        let page = cursors[index].page(limit: Self.instantsOfJob, launches: Self.launchesOfJob)
      else { continue }
      count += page.instants.count
      pages.append(
        SettledPage(
          job: cursors[index].job, page: page, settlement: cursors[index].settlement))
    }
    return pages
  }

  /// Gives every instant of the pages that has no outcome, and waits for none, its own.
  private func settle(
    _ pages: [SettledPage], known: [JobID: Set<Instant>], _ budget: inout CatchUpBudget
  ) async {
    var late: [(JobID, ExpectedInstant)] = []
    var missed: [FireRow] = []
    for page in pages {
      let answered = (known[page.job] ?? []).union(outstanding.of(page.job))
      for due in page.page.instants where !answered.contains(due.instant) {
        switch page.settlement.verdict(on: due.instant) {
        case .launch: late.append((page.job, due))
        case .miss(let reason): missed.append(FireRow(due, of: page.job, .missed(reason)))
        }
      }
    }
    await launchLate(late, &budget)
    await writeMissed(missed)
  }

  private func writeMissed(_ missed: [FireRow]) async {
    for row in missed { outstanding.add(row.job, row.dueAt) }
    var rest = missed[...]
    while !rest.isEmpty {
      await write(Array(rest.prefix(Self.rowsAtOnce)))
      rest = rest.dropFirst(Self.rowsAtOnce)
    }
    noteQuiet()
  }

  private func launchLate(
    _ late: [(JobID, ExpectedInstant)], _ budget: inout CatchUpBudget
  ) async {
    var rest = late[...]
    while !rest.isEmpty {
      let granted = budget.take(rest.count, at: office.time.now())
      if isStopping || Task.isCancelled {
        return rest.forEach { noteDoubt($0.0, $0.1.instant) }
      }
      var launch: [DueFire] = []
      for (job, due) in rest.prefix(granted) { handOut(due, of: job, to: &launch) }
      if !launch.isEmpty { await self.launch(launch) }
      rest = rest.dropFirst(granted)
      if !rest.isEmpty {
        _ = try? await office.clock.sleep(for: max(budget.wait, .milliseconds(20)))
      }
    }
  }

  /// Raises the floors of the jobs whose page is settled, and lets those with more to come wait again.
  private func finish(_ pages: [SettledPage], _ cursors: [SettlementCursor]) {
    for page in pages where !doubtful.contains(page.job) && !forgotten.contains(page.job) {
      guard let settles = page.page.settles else { continue }
      owned.settle(page.job, through: outstanding.answered(page.job, handed: settles))
      if !page.page.instants.isEmpty { advanced.insert(page.job) }
    }
    for cursor in cursors {
      if forgotten.contains(cursor.job) {
        settleAnew(cursor.job)
      } else if backlog.contains(cursor.job) {
        finish(cursor)
      }
    }
  }

  private func finish(_ cursor: SettlementCursor) {
    if cursor.isAtEnd || doubtful.contains(cursor.job) {
      backlog.finish(cursor.job)
      if cursor.isCut { doubtful.insert(cursor.job) }
      raiseFloor(of: cursor.job)
    } else {
      backlog.putBack(cursor)
    }
  }

  /// A job that left during the round and came back has another past than the round's: the round's end
  /// says nothing of it.
  private func settleAnew(_ job: JobID) {
    if owned[job] != nil && !backlog.contains(job) { doubtful.insert(job) }
  }
}

/// One job's part of a round.
struct SettledPage: Sendable {
  let job: JobID
  let page: SettlementCursor.Page
  let settlement: Settlement

  /// Where its rows are looked for; nil when it has no instant.
  var span: LedgerSpan? {
    guard let first = page.instants.first?.instant, let last = page.instants.last?.instant else {
      return nil
    }
    let before = Instant(microseconds: first.microseconds - 1)
    return LedgerSpan(job: job, after: before, through: last)
  }
}
