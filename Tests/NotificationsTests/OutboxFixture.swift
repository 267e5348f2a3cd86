import Cluster
import Database
import FoundationEssentials
import HTTPClient
import Logging
import Logs
import Model
import Spool
import Store
import Synchronization
import TestSupport

@testable import Notifications

/// A store with two members, one project, and executions whose notifications tests put into the outbox.
struct OutboxFixture: Sendable {
  static let first = Term(member: MemberID("11111111-1111-1111-1111-111111111111"), incarnation: 1)
  static let second = Term(
    member: MemberID("22222222-2222-2222-2222-222222222222"), incarnation: 1)

  let store: Store

  static func with(_ engine: Engine, _ body: (OutboxFixture) async throws -> Void) async throws {
    try await engine.withDatabase { database in
      let fixture = OutboxFixture(store: Store(database))
      try await fixture.store.migrate()
      try await fixture.store.ask.run(
        "INSERT INTO project (name, description, created_at) VALUES ('demo', '', 1)")
      for term in [first, second] {
        try await fixture.store.ask.run(
          """
          INSERT INTO member (uuid, name, url, version, hostname, incarnation, started_at, heartbeat_at)
          VALUES ($1, 'a', 'http://a', '1', 'a', 1, 1, 1)
          """, [.text(term.member.text)])
      }
      try await body(fixture)
    }
  }

  /// A job with notifications as YAML's values have them.
  static func job(_ notification: JobValue, threshold: String? = nil) -> Job {
    var kept = ["notification": notification]
    kept["notifyAvgDurationThreshold"] = threshold.map { .text($0) }
    return Job(
      id: JobID("a1b2"), name: "back up", group: "nightly", description: "Saves <all>",
      workflow: Workflow(steps: [WorkflowStep(.exec("true"))]), kept: kept)
  }

  static func webhook(_ urls: String, _ more: [JobEntry] = []) -> JobValue {
    .map([JobEntry("urls", .text(urls))] + more)
  }

  static func email(_ recipients: String, _ more: [JobEntry] = []) -> JobValue {
    .map([JobEntry("email", .map([JobEntry("recipients", .text(recipients))] + more))])
  }

  static func on(_ event: String, _ items: JobValue...) -> JobValue {
    .map([JobEntry(event, .list(items))])
  }

  /// An execution of that job, that this member has and that began `age` ago.
  @discardableResult
  func add(
    _ number: Int64, _ job: Job, status: ExecutionStatus = .running, age: Duration = .zero,
    lasted: Duration? = nil, options: [String: String] = [:]
  ) async throws -> Ownership {
    let definition = String(decoding: try JSONEncoder().encode(job), as: UTF8.self)
    let given = String(decoding: try JSONEncoder().encode(options), as: UTF8.self)
    let start = "\(store.ask.dialect.now) - \(age.components.seconds * 1_000_000)"
    let end = lasted.map { "\(start) + \($0.components.seconds * 1_000_000)" } ?? "NULL"
    try await store.ask.run(
      """
      INSERT INTO execution (id, project, job_id, job_group, job_name, definition, status, username,
        arg_string, options, log_level, epoch, created_at, started_at, ended_at, owner_member,
        owner_incarnation)
      VALUES (\(number), 'demo', 'a1b2', 'nightly', 'back up', $1, $2, 'anna', '-x "1 2"', $3, 'INFO', 1,
        1, \(start), \(end), $4, 1)
      """,
      [
        .text(definition), .text(status.rawValue), .text(given), .text(Self.first.member.text),
      ])
    return Ownership(execution: ExecutionID(number), term: Self.first, epoch: Epoch(1))
  }

  /// The execution of number 7.
  @discardableResult
  func add(
    _ job: Job, status: ExecutionStatus = .running, age: Duration = .zero,
    lasted: Duration? = nil, options: [String: String] = [:]
  ) async throws -> Ownership {
    try await add(7, job, status: status, age: age, lasted: lasted, options: options)
  }

  /// Puts what the job wants told of the event into the outbox.
  func put(
    _ event: NotificationEvent, _ job: Job, _ owner: Ownership,
    status: ExecutionStatus = .succeeded
  ) async throws {
    try await store.commit(
      try NotificationPlan.writes(for: [event], of: job, status: status, by: owner))
  }

  func service(
    _ channels: [NotificationKind: any NotificationChannel], by term: Term = first,
    _ change: (inout NotificationSettings) -> Void = { _ in }
  ) async throws -> NotificationService {
    var settings = NotificationSettings()
    settings.pause = .milliseconds(10)
    settings.longestPause = .milliseconds(20)
    settings.poll = .milliseconds(20)
    change(&settings)
    return NotificationService(
      store: store, terms: .fixed(term), time: try await DatabaseTime.asking(store),
      desk: NotificationDesk(store: store, serverURL: "http://deck:4440"), channels: channels,
      settings: settings, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  static var webhooks: WebhookChannel {
    var configuration = HTTPClientConfiguration()
    configuration.proxy = .none
    return WebhookChannel(
      http: HTTPClient(configuration: configuration), secret: nil, timeout: .seconds(20))
  }

  func all(_ number: Int64 = 7) async throws -> [NotificationRecord] {
    try await store.ask.notifications.all(of: ExecutionID(number))
  }

  /// Lets the service run while `body` looks.
  func running(_ services: NotificationService..., body: () async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for service in services { group.addTask { try await service.run() } }
      defer { group.cancelAll() }
      try await body()
    }
  }
}

/// Notes what it is to deliver, and answers as it was told.
final class NotingChannel: NotificationChannel {
  private let delivered = Mutex<[NotificationFacts]>([])
  private let answer: @Sendable (NotificationFacts, Int) async -> NotificationOutcome

  init(
    _ answer: @escaping @Sendable (NotificationFacts, Int) async -> NotificationOutcome = {
      _, _ in NotificationOutcome(.delivered, NotificationAnswer(code: 200))
    }
  ) { self.answer = answer }

  var facts: [NotificationFacts] { delivered.withLock { $0 } }
  var receivers: [String] { facts.map(\.record.receiver) }

  func deliver(_ facts: NotificationFacts) async -> NotificationOutcome {
    let count = delivered.withLock { all in
      all.append(facts)
      return all.count { $0.record.id == facts.record.id }
    }
    return await answer(facts, count)
  }
}
