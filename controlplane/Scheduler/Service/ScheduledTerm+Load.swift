import Cluster
import Logging
import Model
import Schedule
import Store

// What the member owns: read once in pages, and again where it changed.
extension ScheduledTerm {
  /// The most schedules that are read at once.
  static let pageSize = 2_000
  /// The most schedules that are taken up in one go.
  static let partSize = 250
  /// The pause after a question that the store did not answer.
  static let retryPause: Duration = .milliseconds(250)

  /// Reads what keeps projects from running, and then every schedule that this member owns. What is read
  /// already fires meanwhile.
  nonisolated func load() async {
    while !Task.isCancelled, await factsRead == nil { await readFacts() }
    var last: JobID?
    while !Task.isCancelled {
      do throws(StoreError) {
        let page = try await office.shelf.owned(
          by: term.member, after: last, limit: Self.pageSize)
        await take(page)
        last = page.last?.job
        if page.count < Self.pageSize { return await noteLoaded() }
      } catch {
        await pause(after: error, "The member's schedules could not be read")
      }
    }
  }

  private func noteLoaded() {
    isLoaded = true
    office.logger.info(
      "Scheduling", metadata: ["term": "\(term)", "schedules": "\(owned.count)"])
  }

  /// The jobs' schedules are to be looked up: one may have changed, come or gone.
  func reload(_ jobs: [JobID]) { want(jobs) }

  /// The same, from within.
  func want(_ jobs: some Sequence<JobID>) {
    wanted.formUnion(jobs)
    if !wanted.isEmpty { jobsWanted.send() }
  }

  /// Looks up the jobs that were asked for, until it is cancelled.
  func reloadLoop() async {
    for await _ in jobsWanted.stream {
      while !wanted.isEmpty && !Task.isCancelled {
        let part = Array(wanted.prefix(Self.pageSize))
        wanted.subtract(part)
        await lookUp(part)
      }
    }
  }

  private func lookUp(_ jobs: [JobID]) async {
    do throws(StoreError) {
      let found = try await office.shelf.find(jobs)
      await take(found)
      for job in Set(jobs).subtracting(found.map(\.job)) { forget(job) }
    } catch {
      wanted.formUnion(jobs)
      await pause(after: error, "Changed schedules could not be read")
    }
  }

  nonisolated func pause(after error: StoreError, _ message: String) async {
    office.logger.warning("\(message); it is tried again", metadata: ["error": "\(error)"])
    _ = try? await office.clock.sleep(for: Self.retryPause)
  }

  /// Reads the rules outside and takes the schedules up in small parts, so that due ones fire in between.
  nonisolated func take(_ records: [ScheduleRecord]) async {
    var reader = RuleReader()
    var rest = records[...]
    while !rest.isEmpty {
      var part: [LoadedSchedule] = []
      for record in rest.prefix(Self.partSize) { part.append(reader.read(record)) }
      await take(part)
      rest = rest.dropFirst(Self.partSize)
    }
  }

  /// Takes up what this member owns of the schedules, and forgets what others own.
  private func take(_ loaded: [LoadedSchedule]) {
    let before = owned.firstDue
    let now = office.time.now()
    for schedule in loaded { take(schedule, at: now) }
    if let first = owned.firstDue, before.map({ first < $0 }) ?? true { wake() }
  }

  private func take(_ loaded: LoadedSchedule, at now: Instant) {
    let record = loaded.record
    guard record.owner == term.member else { return forget(record.job) }
    let known = owned[record.job]
    if let known, known.version >= record.version { return }
    if let problem = loaded.problem {
      office.logger.error(
        "A schedule cannot be read, so its job does not run by itself",
        metadata: ["job": "\(record.job)", "problem": "\(problem)"])
    }
    let schedule = OwnedSchedule(
      loaded, project: owned.interned(record.project), known: known, now: now,
      patience: office.settings.patience)
    let outlook = schedule.outlook
    owned.put(schedule, next: outlook.next)
    if outlook.hasPast { addToBacklog(schedule.job) } else { raiseFloor(of: schedule.job) }
    if schedule.isGone || schedule.settled < schedule.validFrom { advanced.insert(schedule.job) }
  }

  /// The job is another member's, or nobody's.
  func forget(_ job: JobID) {
    if backlog.contains(job) { forgotten.insert(job) }
    owned.remove(job)
    backlog.finish(job)
    doubtful.remove(job)
    advanced.remove(job)
  }
}
