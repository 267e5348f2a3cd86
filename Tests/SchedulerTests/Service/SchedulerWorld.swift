import Cluster
import Database
import Execution
import Logging
import Model
import Store
import TestSupport

@testable import Scheduler

/// A member with a scheduler over one engine, a clock that the test moves, and a launcher that writes
/// the ledger's rows.
///
/// The database's own clock goes on by itself and counts for nothing: the scheduler's begins a day ahead of
/// it, and what the test puts begins by the scheduler's.
struct SchedulerWorld: Sendable {
  let store: Store
  let member = MemberID("11111111-1111-4111-8111-111111111111")
  let other = MemberID("22222222-2222-4222-8222-222222222222")
  let terms: CurrentTerm
  let clock = ManualClock()
  let start: Instant
  let time: DatabaseTime
  let launcher: LedgerLauncher
  let service: SchedulerService

  static func with(
    _ engine: Engine, settings: SchedulerSettings = SchedulerSettings(),
    prepare: (SchedulerWorld) async throws -> Void = { _ in },
    _ body: (SchedulerWorld) async throws -> Void
  ) async throws {
    try await engine.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      let world = try await SchedulerWorld(store, settings: settings)
      try await prepare(world)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await world.service.run() }
        do {
          try await body(world)
        } catch {
          group.cancelAll()
          world.launcher.release()
          throw error
        }
        world.launcher.release()
        group.cancelAll()
      }
    }
  }

  private init(_ store: Store, settings: SchedulerSettings) async throws {
    self.store = store
    for id in [member, other] {
      _ = try await store.ask.members.register(
        MemberFacts(id: id, name: "m", url: "u", version: "v", hostname: "h"), after: nil)
    }
    let term = Term(member: member, incarnation: 1)
    let clock = clock
    let monotonic = MonotonicTime(clock)
    terms = CurrentTerm(term, sent: .zero, trust: .seconds(1 << 30), time: monotonic)
    // Right after a full second, so that a second's advance holds one instant.
    let seconds = try await store.now().microseconds / 1_000_000 + 86_400
    start = Instant(microseconds: seconds * 1_000_000 + 1)
    time = DatabaseTime.following(clock, from: start)
    launcher = LedgerLauncher(store: store, term: term)
    service = SchedulerService(
      store: store, terms: terms, time: time, notices: nil, launcher: launcher,
      settings: settings, clock: monotonic, logger: Logger(label: "test"))
  }

  /// Gives the job a schedule, or takes it away, from the scheduler's present on or from that second.
  func put(
    _ job: String, _ crontab: String?, isEnabled: Bool = true, project: String = "p",
    owner: MemberID? = nil, catchUp: CatchUpPolicy? = nil, from second: Int64? = nil
  ) async throws {
    let rule = crontab.map { JobSchedule(crontab: $0, timeZone: "UTC", catchUp: catchUp) }
    let turn = second.map(self.second) ?? time.now()
    _ = try await store.transaction { scope in
      try await scope.schedules.put(
        rule, isEnabled: isEnabled, of: JobID(job), project: project, owner: owner ?? member)
      try await Self.turn(job, at: turn, scope)
    }
  }

  /// Moves the beginning of the job's newest version.
  private static func turn(_ job: String, at turn: Instant, _ scope: StoreScope) async throws {
    try await scope.run(
      """
      UPDATE schedule SET valid_from = $2, updated_at = $2,
        settled_until = CASE WHEN version = 1 THEN $2 ELSE settled_until END WHERE job_id = $1
      """, [.text(job), .instant(turn)])
    let newest = "(SELECT MAX(version) FROM schedule_version WHERE job_id = $1)"
    for (column, version) in [("valid_from", newest), ("valid_until", "\(newest) - 1")] {
      try await scope.run(
        "UPDATE schedule_version SET \(column) = $2 WHERE job_id = $1 AND version = \(version)",
        [.text(job), .instant(turn)])
    }
  }

  /// The instant so many seconds after the scheduler's beginning, on the full second.
  func second(_ number: Int64) -> Instant {
    Instant(microseconds: start.microseconds - 1 + number * 1_000_000)
  }

  /// What the ledger has of the job, by the second after the beginning.
  func ledger(_ job: String) async throws -> [Int64: FireOutcome] {
    let rows = try await store.ask.fires.of(
      JobID(job), from: Instant(microseconds: 0), through: Instant(microseconds: .max))
    let pairs = rows.map {
      (($0.dueAt.microseconds - second(0).microseconds) / 1_000_000, $0.outcome)
    }
    return Dictionary(uniqueKeysWithValues: pairs)
  }

  func schedule(_ job: String) async throws -> ScheduleRecord? {
    try await store.ask.schedules.find([JobID(job)]).first
  }

  /// The audit up to the scheduler's present.
  func audit() async throws -> LedgerAudit {
    try await LedgerAuditor(store: store).audit(
      from: Instant(microseconds: 0), through: time.now(),
      now: time.now().advanced(by: .seconds(60)))
  }

  /// Moves the clock in steps of one second, each after the fires of the one before were answered.
  func pass(_ seconds: Int) async throws {
    for _ in 0..<seconds {
      clock.advance(by: .seconds(1))
      try await settle()
    }
  }

  /// Waits until nothing that is due now is without an answer.
  func settle() async throws {
    try await eventually {
      let status = await service.status()
      return status.isLoaded && status.outstanding == 0 && status.unsettled == 0
        && status.nextDue.map { $0 > time.now() } ?? true
    }
  }

  /// Waits until `condition` holds, moving the clock a little each time so that pauses end.
  func eventuallyMoving(_ condition: () async throws -> Bool) async throws {
    try await eventually {
      if try await condition() { return true }
      clock.advance(by: .milliseconds(10))
      return false
    }
  }

  /// Waits until `condition` holds.
  func eventually(_ condition: () async throws -> Bool) async throws {
    _ = try await TestSupport.eventually("what the schedule test waits for") {
      try await condition() ? true : nil
    }
  }
}
