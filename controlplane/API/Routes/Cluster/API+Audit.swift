import Hummingbird
import Identity
import Model
import Scheduler
import Store

extension API {
  var auditRoutes: [Route] {
    [
      .api(.get, "/quarterdeck/ledger/audit", .read, .system, audit),
      .api(.get, "/job/{id}/why", .read, .job, why),
    ]
  }

  /// Compares the ledger with what the schedules demanded, of a `project`, of jobs (`job`, by commas) or of all, from
  /// `begin` (a day ago) to `end` (now), and names every gap, duplicate and row that nothing demanded.
  func audit(_ request: APIRequest) async throws -> Response {
    let query = request.query
    let now = try await dependencies.store.now()
    let begin = try query.instant("begin") ?? now.advanced(by: .seconds(-86_400))
    let jobs = query.list("job")
    guard jobs.count <= APILimits.listItems else { throw APIError.tooMany(jobs.count, in: "job") }
    let audit = try await LedgerAuditor(store: dependencies.store).audit(
      project: query.text("project"), jobs: jobs.isEmpty ? nil : jobs.map(JobID.init),
      from: begin, through: try query.instant("end") ?? now)
    return .json(audit.json)
  }

  /// Why something did or did not happen to the job at the instant `at`: the one deciding reason.
  func why(_ request: APIRequest) async throws -> Response {
    guard let instant = try request.query.instant("at") else {
      throw APIError.missing(parameter: "at")
    }
    // The job may be gone; the ledger outlives it.
    let explanation = try await FireExplainer(store: dependencies.store).explain(
      JobID(request.path("id")), at: instant)
    return .json(explanation.json)
  }
}

extension LedgerAudit {
  fileprivate var json: JSON {
    var body: JSON = [
      "begin": .text(from.iso8601Milliseconds), "end": .text(through.iso8601Milliseconds),
      "clean": .boolean(isClean), "jobs": .integer(Int64(jobs)),
      "expected": .integer(Int64(counts.expected)), "ran": .integer(Int64(counts.ran)),
      "missed": .integer(Int64(counts.missed)), "skipped": .integer(Int64(counts.skipped)),
      "open": .integer(Int64(counts.open)),
      "gaps": .array(findings.flatMap { job in job.gaps.map { $0.json(job.job) } }),
      "unexpected": .array(
        findings.flatMap { job in
          job.unexpected.map { ["job": .text(job.job.text), "due": .text($0.iso8601)] as JSON }
        }),
      "duplicates": .array(
        findings.flatMap { job in job.duplicates.map { $0.json(job.job) } }),
      "unreadable": .array(
        unreadable.map {
          [
            "job": .text($0.job.text), "version": .integer($0.version),
            "problem": .text($0.problem),
          ]
        }),
    ]
    body.add("notKeptBefore", notKeptBefore.map { .text($0.iso8601Milliseconds) })
    return body
  }
}

extension LedgerGap {
  fileprivate func json(_ job: JobID) -> JSON {
    [
      "job": .text(job.text), "first": .text(first.iso8601), "last": .text(last.iso8601),
      "count": .integer(Int64(count)),
    ]
  }
}

extension DuplicateFire {
  fileprivate func json(_ job: JobID) -> JSON {
    [
      "job": .text(job.text), "due": .text(dueAt.iso8601),
      "executions": .array(executions.map { .integer($0.number) }),
    ]
  }
}

extension FireExplanation {
  fileprivate var json: JSON {
    var body: JSON = [
      "job": .text(job.text), "at": .text(instant.iso8601), "verdict": .text(verdict.rawValue),
      "reason": .text(reason),
    ]
    body.add("fire", row?.json)
    body.add("scheduleVersion", version.map { .integer($0.version) })
    body.add("crontab", version?.rule.map { .text($0.crontab) })
    body.add("timeZone", version?.rule.map { .text($0.timeZone) })
    body.add("owner", owner.map { .text($0.text) })
    body.add("dueBefore", before.map { .text($0.iso8601) })
    body.add("dueAfter", after.map { .text($0.iso8601) })
    body.add("decisions", .array(decisions.map(\.json)))
    return body
  }
}
