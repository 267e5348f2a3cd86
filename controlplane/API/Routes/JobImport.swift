import Cryptography
import FoundationEssentials
import JobFormat
import Model
import Schedule
import Store

/// Imports the jobs of one document into a project, in one transaction.
struct JobImport: Sendable {
  /// What became of one job of the document.
  struct Outcome: Sendable {
    enum Result: Sendable, Hashable {
      case succeeded
      case skipped(String)
      case failed(String)
    }

    /// Place in the document, from 1.
    let index: Int
    let id: JobID?
    let name: String
    let group: String
    let result: Result
  }

  let scope: StoreScope
  let project: String
  let user: String
  let wish: ImportWish
  /// Who owns the imported schedules from now on, and the zone of those that name none.
  let scheduling: JobScheduling

  func run(_ definitions: [Result<Job, JobDefinitionError>]) async throws -> [Outcome] {
    let inDocument = Set(definitions.compactMap { try? $0.get().id })
    try await scope.schedules.lock(Array(inDocument))
    var outcomes: [Outcome] = []
    for (index, definition) in definitions.enumerated() {
      switch definition {
      case .failure(let error):
        outcomes.append(
          Outcome(
            index: index + 1, id: error.id.map(JobID.init), name: error.name ?? "",
            group: error.group ?? "", result: .failed("\(error)")))
      case .success(let job):
        outcomes.append(try await take(job, index: index + 1, inDocument: inDocument))
      }
    }
    return outcomes
  }

  private func take(_ job: Job, index: Int, inDocument: Set<JobID>) async throws -> Outcome {
    var job = job
    if wish.identifiers == .remove { job.id = nil }
    let (id, result) = try await store(job, inDocument: inDocument)
    return Outcome(index: index, id: id, name: job.name, group: job.group, result: result)
  }

  private func store(
    _ job: Job, inDocument: Set<JobID>
  ) async throws(StoreError) -> (JobID?, Outcome.Result) {
    if StoredNull.isIn(job) {
      return (nil, .failed("The character U+0000 is not allowed in a job definition"))
    }
    if wish.validatesReferences, let missing = try await missingReference(job, inDocument) {
      return (job.id, .failed("Job reference to a job that does not exist: \(missing)"))
    }
    let schedule: JobSchedule?
    do throws(ScheduleError) {
      schedule = try scheduling.rule(of: job)
    } catch {
      return (job.id, .failed("\(error)"))
    }
    let existing = try await existing(job)
    if let existing, existing.project != project {
      return (job.id, .failed("The id \(existing.id) is used by a job of another project"))
    }
    switch (wish.duplicates, existing) {
    case (.skip, let existing?):
      return (existing.id, .skipped("Job already exists"))
    case (.update, let existing?):
      _ = try await scope.jobs.update(job, id: existing.id, project: project)
      try await put(schedule, of: job, id: existing.id)
      return (existing.id, .succeeded)
    case (.create, let existing?) where existing.id == job.id:
      return (job.id, .failed("A job with the id \(existing.id) already exists"))
    default:
      let id = job.id ?? JobID(SecureRandom.uuid())
      try await scope.jobs.insert(job, id: id, project: project, by: user)
      try await put(schedule, of: job, id: id)
      return (id, .succeeded)
    }
  }

  private func put(_ schedule: JobSchedule?, of job: Job, id: JobID) async throws(StoreError) {
    try await scope.schedules.put(
      schedule, isEnabled: job.scheduleEnabled, of: id, project: project, owner: scheduling.owner)
  }

  /// The job with the document's identifier; without one, that of the same group and name.
  private func existing(_ job: Job) async throws(StoreError) -> JobRecord? {
    if let id = job.id, let found = try await scope.jobs.find(id) { return found }
    guard wish.duplicates != .create, job.id == nil else { return nil }
    return try await scope.jobs.find(project: project, group: job.group, name: job.name)
  }

  /// The first identifier of a job reference that neither the document nor the database has.
  private func missingReference(
    _ job: Job, _ inDocument: Set<JobID>
  ) async throws(StoreError) -> String? {
    for step in job.workflow.steps.flatMap({ [$0] + ($0.errorHandler.map { [$0] } ?? []) }) {
      guard case .other(let other) = step.kind, other.type == "jobref",
        let id = (other.definition["jobref"] ?? .null)["uuid"]?.scalarText
          ?? other.definition["uuid"]?.scalarText
      else { continue }
      if inDocument.contains(JobID(id)) { continue }
      if try await scope.jobs.find(JobID(id)) == nil { return id }
    }
    return nil
  }
}

/// The character U+0000, which PostgreSQL's texts and JSON functions refuse, and which ends a text for
/// programs.
enum StoredNull {
  /// Whether any text of the definition has it.
  static func isIn(_ job: Job) -> Bool {
    guard let bytes = try? JSONEncoder().encode(job) else { return false }
    let escape = Array("\\u0000".utf8)
    var index = bytes.startIndex
    while index < bytes.endIndex {
      guard bytes[index] == escape[0] else {
        index += 1
        continue
      }
      if bytes[index...].starts(with: escape) { return true }
      index += 2
    }
    return false
  }
}

/// The answer to an import: each job in one of three lists.
struct JobImportBody {
  let outcomes: [JobImport.Outcome]
  let project: String
  let links: Links

  func json() -> JSON {
    [
      "succeeded": .array(outcomes.filter { $0.result == .succeeded }.map(item)),
      "failed": .array(
        outcomes.filter { if case .failed = $0.result { true } else { false } }.map(item)),
      "skipped": .array(
        outcomes.filter { if case .skipped = $0.result { true } else { false } }.map(item)),
    ]
  }

  private func item(_ outcome: JobImport.Outcome) -> JSON {
    var body: JSON = ["index": .integer(Int64(outcome.index))]
    if let id = outcome.id {
      body.add("href", .text(links.job(id)))
      body.add("id", .text(id.text))
      body.add("permalink", .text(links.jobPage(id, project: project)))
    }
    body.add("name", .text(outcome.name))
    body.add("group", .text(outcome.group))
    body.add("project", .text(project))
    switch outcome.result {
    case .succeeded: break
    case .failed(let message), .skipped(let message): body.add("error", .text(message))
    }
    return body
  }
}
