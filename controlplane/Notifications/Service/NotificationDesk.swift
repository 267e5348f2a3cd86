import Model
public import Store

/// Reads what a notification tells.
public struct NotificationDesk: Sendable {
  let store: Store
  let serverURL: String

  /// - Parameter serverURL: `grails.serverURL`, without a slash at its end.
  public init(store: Store, serverURL: String) {
    self.store = store
    self.serverURL = serverURL
  }

  /// What is to be told; nil when what it is about is gone.
  func facts(of record: NotificationRecord) async throws(StoreError) -> NotificationFacts? {
    let event = NotificationEvent(rawValue: record.event) ?? .failure
    guard let id = record.execution else { return try await missed(record, event) }
    guard let stored = try await store.ask.executions.stored([id])[id]?.get() else { return nil }
    let execution = stored.record
    let own = try execution.job()
    var facts = NotificationFacts(
      record: record, event: event, execution: execution,
      job: record.content.reference.map(Job.init) ?? own,
      jobID: record.content.reference?.job ?? execution.jobID?.text ?? "", serverURL: serverURL)
    if let cell = record.content.reference?.cell {
      let state = stored.states.first { $0.key == cell }
      facts.startedAt = state?.startedAt ?? execution.startedAt
      facts.overAt = state?.endedAt ?? execution.endedAt
    }
    let details = try await store.ask.executionHistory.details(of: [execution])
    facts.succeeded = details.outcomes[id]?.succeeded ?? []
    facts.failed = details.outcomes[id]?.failed ?? []
    facts.averageDuration = try await averageDuration(of: JobID(facts.jobID))
    facts.values = try Self.values(stored.states)
    facts.globals = try await globals(of: record.project)
    facts.userEmail = try await store.ask.profiles.emails(of: [execution.user])[execution.user]
    return facts
  }

  private func missed(
    _ record: NotificationRecord, _ event: NotificationEvent
  ) async throws(StoreError) -> NotificationFacts? {
    guard let id = record.job, let job = try await store.ask.jobs.find(id) else { return nil }
    var facts = NotificationFacts(
      record: record, event: event, execution: nil, job: job.job, jobID: id.text,
      serverURL: serverURL)
    facts.globals = try await globals(of: record.project)
    return facts
  }

  /// How long the job's last successful executions took on average; nil when there were none.
  func averageDuration(of job: JobID) async throws(StoreError) -> Duration? {
    try await store.ask.jobs.averageDuration(of: job).map { .microseconds($0) }
  }

  private func globals(of project: String) async throws(StoreError) -> [String: String] {
    let prefix = "project.globals."
    var globals: [String: String] = [:]
    for (key, value) in try await store.ask.projects.settings(of: project)
    where key.hasPrefix(prefix) {
      globals[String(key.dropFirst(prefix.count))] = value
    }
    return globals
  }

  /// What the steps left; of a name that several have, the last one's value.
  private static func values(
    _ states: [StepStateRecord]
  ) throws(StoreError) -> [String: [String: String]] {
    var values: [String: [String: String]] = [:]
    let ordered = states.sorted { $0.order < $1.order }
    for state in ordered {
      for (group, entries) in try state.captured() {
        values[group, default: [:]].merge(entries) { _, new in new }
      }
    }
    return values
  }
}

extension StepStateRecord {
  fileprivate var order: (Instant, String, String) { (endedAt ?? updatedAt, key.step, key.node) }
}

extension Job {
  /// A referenced job, as far as notifications tell of it.
  fileprivate init(_ reference: NotificationContent.Reference) {
    self.init(
      name: reference.name, group: reference.group, description: reference.description,
      workflow: Workflow(steps: []))
  }
}
