import Execution
import Model
import Store

extension ExecutionRecord {
  /// An execution as every answer shows it.
  func json(_ links: Links, details: ExecutionDetails? = nil) -> JSON {
    let definition = try? job()
    var body: JSON = [
      "id": .integer(id.number), "href": .text(links.execution(id)),
      "permalink": .text(links.executionPage(id, project: project)),
      "status": .text(status.rawValue),
    ]
    body.add("customStatus", customStatus.map { .text($0) })
    body.add("project", .text(project))
    body.add("executionType", .text(runType.rawValue))
    body.add("user", .text(user))
    body.add("serverUUID", carrier.map { .text($0.text) })
    body.add("date-started", (startedAt ?? (status == .scheduled ? dueAt : nil) ?? createdAt).json)
    body.add("date-ended", endedAt?.json)
    body.add("abortedby", status == .aborted ? abortRequestedBy.map { .text($0) } : nil)
    body.add(
      "job", jobID.map { jobJSON($0, definition, links, details?.averageDurations[$0]) })
    body.add("description", .text(definition?.workflow.summary ?? ""))
    body.add("argstring", .optional(argString))
    if status.isFinal, let details {
      let outcomes = details.outcomes[id] ?? NodeOutcomes()
      body.add("successfulNodes", .texts(outcomes.succeeded))
      if !outcomes.failed.isEmpty { body.add("failedNodes", .texts(outcomes.failed)) }
    }
    for member in lifeMembers(links, details) { body.add(member.key, member.value) }
    // A decision that cannot be read hides nothing else of the execution.
    body.add("decision", (try? decision())?.json)
    return body
  }

  /// Who carries it, or is to.
  var carrier: MemberID? {
    status == .queued ? chosenMember ?? owner?.member : owner?.member
  }

  private func jobJSON(
    _ id: JobID, _ definition: Job?, _ links: Links, _ averageMicroseconds: Int64?
  ) -> JSON {
    var body: JSON = ["id": .text(id.text)]
    body.add("averageDuration", averageMicroseconds.map { .integer($0 / 1000) })
    let more: JSON = [
      "name": .text(jobName ?? ""), "group": .text(jobGroup ?? ""),
      "project": .text(project), "description": .text(definition?.description ?? ""),
      "href": .text(links.job(id)), "permalink": .text(links.jobPage(id, project: project)),
    ]
    for member in more.members ?? [] { body.add(member.key, member.value) }
    if !options.isEmpty { body.add("options", .map(options)) }
    return body
  }
}

extension ExecutionHistoryPage {
  func json(
    _ links: Links, query: ExecutionHistoryQuery, details: ExecutionDetails
  ) -> JSON {
    [
      "paging": [
        "count": .integer(Int64(executions.count)), "total": .integer(total),
        "offset": .integer(query.offset), "max": .integer(query.limit ?? total),
      ],
      "executions": .array(
        executions.map { $0.json(links, details: details) }),
    ]
  }
}
