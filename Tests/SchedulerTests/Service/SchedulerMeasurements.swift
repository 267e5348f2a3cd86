import Cluster
import Database
import Glibc
import Logging
import Model
import Store
import TestSupport
import Testing

@testable import Scheduler

/// How many schedules the figures are measured with; nil for none.
private let measuredCount = getenv("QUARTERDECK_MEASURE").flatMap { Int(String(cString: $0)) }

/// Figures for `docs/benchmarks.md`, on demand: `QUARTERDECK_MEASURE=100000 swift test -c release --filter
/// SchedulerMeasurements`.
@Suite(.enabled(if: measuredCount != nil), .serialized)
struct SchedulerMeasurements {
  @Test func `many schedules are loaded within two seconds and cost less than 1 KiB each`()
    async throws
  {
    let count = measuredCount ?? 1
    try await Engine.postgresql.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      let term = try await Self.fill(store, quiet: count, each: 0)
      let before = Self.residentBytes()
      let (service, launcher) = try await Self.service(store, term)
      let clock = ContinuousClock()
      let begun = clock.now
      let running = Task { try await service.run() }
      while await !service.status().isLoaded { try await Task.sleep(for: .milliseconds(2)) }
      let elapsed = clock.now - begun
      while await service.status().unsettled > 0 { try await Task.sleep(for: .milliseconds(2)) }
      let bytes = Self.residentBytes() - before
      print("loaded", await service.status().schedules, "schedules in", elapsed)
      print("settled after", clock.now - begun, "late runs", launcher.lateness.count)
      print("bytes of RSS per schedule", bytes / max(count, 1))
      #expect(await service.status().schedules == count)
      #expect(elapsed < .seconds(2))
      #expect(bytes / max(count, 1) <= 1_024)
      running.cancel()
      _ = await running.result
    }
  }

  @Test(arguments: [0, 1])
  func `a thousand schedules of each second are on time`(share: Int) async throws {
    try await Engine.postgresql.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      let term = try await Self.fill(store, quiet: share * (measuredCount ?? 1), each: 1_000)
      let (service, launcher) = try await Self.service(store, term)
      let running = Task { try await service.run() }
      while await !service.status().isLoaded { try await Task.sleep(for: .milliseconds(20)) }
      try await Task.sleep(for: .seconds(3))
      launcher.forget()
      try await Task.sleep(for: .seconds(15))
      let lateness = launcher.lateness.sorted()
      let (middle, late) = (lateness[lateness.count / 2], lateness[lateness.count * 99 / 100])
      print("loaded", await service.status().schedules, "fires", lateness.count)
      print("handed over: p50", middle, "p99", late, "worst", lateness.last ?? .zero)
      #expect(lateness.count >= 14_000)
      #expect(middle <= .milliseconds(5))
      #expect(late <= .milliseconds(25))
      running.cancel()
      _ = await running.result
    }
  }

  private static func service(
    _ store: Store, _ term: Term
  ) async throws -> (SchedulerService, StampingLauncher) {
    let time = try await DatabaseTime.asking(store)
    let launcher = StampingLauncher(LedgerLauncher(store: store, term: term), time)
    let service = SchedulerService(
      store: store, terms: .fixed(term), time: time, notices: nil, launcher: launcher,
      logger: Logger(label: "measure"))
    return (service, launcher)
  }

  /// Schedules that are due once a day at different times, and others that are each second.
  private static func fill(_ store: Store, quiet: Int, each: Int) async throws -> Term {
    let member = MemberID("11111111-1111-4111-8111-111111111111")
    _ = try await store.ask.members.register(
      MemberFacts(id: member, name: "m", url: "u", version: "v", hostname: "h"), after: nil)
    let minute = "(i % 60) || ' ' || (i / 60 % 24)"
    try await insert(quiet, "q", "'0 ' || \(minute) || ' ? * * *'", store, member)
    try await insert(each, "e", "'* * * ? * * *'", store, member)
    return Term(member: member, incarnation: 1)
  }

  private static func insert(
    _ count: Int, _ name: String, _ crontab: String, _ store: Store, _ member: MemberID
  ) async throws {
    guard count > 0 else { return }
    let now = store.database.dialect.now
    try await store.ask.run(
      """
      INSERT INTO schedule (job_id, project, version, rule, is_enabled, valid_from, owner_member,
        settled_until, updated_at)
      SELECT '00000000-0000-4000-8000-' || '\(name)' || LPAD(i::text, 11, '0'), 'project', 1,
        '{"crontab":"' || \(crontab) || '","timeZone":"Europe/Berlin"}', 1, \(now), '\(member)',
        \(now) - 1000000, \(now)
      FROM generate_series(1, \(count)) AS i
      """)
    try await store.ask.run(
      """
      INSERT INTO schedule_version (job_id, version, project, rule, is_enabled, valid_from)
      SELECT job_id, version, project, rule, is_enabled, valid_from FROM schedule
      ON CONFLICT DO NOTHING
      """)
  }

  private static func residentBytes() -> Int {
    guard let file = fopen("/proc/self/statm", "re") else { return 0 }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = fread(&bytes, 1, bytes.count, file)
    let fields = String(decoding: bytes[..<count], as: UTF8.self).split(separator: " ")
    return (Int(fields[1]) ?? 0) * 4_096
  }
}
