import Model
import Store

/// What a webhook's body is written in.
extension WebhookNotification.Format {
  var contentType: String {
    switch self {
    case .xml: "text/xml; charset=UTF-8"
    case .json: "application/json; charset=UTF-8"
    }
  }

  func body(_ facts: NotificationFacts) -> String {
    switch self {
    case .xml: WebhookXML(facts).text
    case .json: WebhookJSON(facts).text
    }
  }
}

/// `{"trigger", "status", "executionId", "execution"}`, the execution as the API has it.
struct WebhookJSON {
  let facts: NotificationFacts

  init(_ facts: NotificationFacts) { self.facts = facts }

  var text: String { tree.json }

  var tree: JSONTree {
    var values: [String: JSONTree] = [
      "trigger": .text(facts.event.rawValue), "status": .text(facts.status),
      "execution": .map(execution.compactMapValues { $0 }),
    ]
    if let id = facts.execution?.id { values["executionId"] = .number("\(id.number)") }
    if let missed = facts.record.content.missed {
      values["missed"] = .map([
        "count": .number("\(missed.count)"), "first": date(missed.first), "last": date(missed.last),
      ])
    }
    return .map(values)
  }

  private var execution: [String: JSONTree?] {
    let execution = facts.execution
    let isEnd = facts.endedAt != nil
    return [
      "id": execution.map { .number("\($0.id.number)") },
      "href": execution.map { .text("\(facts.apiURL)/execution/\($0.id.number)") },
      "permalink": execution.map { _ in .text(facts.executionURL) },
      "status": .text(facts.status), "project": .text(facts.record.project),
      "user": execution.map { .text($0.user) },
      "serverUUID": (execution?.owner?.member).map { .text($0.text) },
      "date-started": execution?.startedAt.map(date), "date-ended": facts.endedAt.map(date),
      "abortedby": facts.status == "aborted" ? execution?.abortRequestedBy.map { .text($0) } : nil,
      "job": job, "description": .text(facts.summary),
      "argstring": execution.map { $0.argString.map { .text($0) } ?? .null },
      "successfulNodes": isEnd ? .list(facts.succeeded.map { .text($0) }) : nil,
      "failedNodes": isEnd && !facts.failed.isEmpty ? .list(facts.failed.map { .text($0) }) : nil,
    ]
  }

  private var job: JSONTree? {
    guard !facts.jobID.isEmpty else { return nil }
    var values: [String: JSONTree] = [
      "id": .text(facts.jobID), "name": .text(facts.job.name), "group": .text(facts.job.group),
      "project": .text(facts.record.project), "description": .text(facts.job.description),
      "href": .text("\(facts.apiURL)/job/\(PercentEncoding.encode(facts.jobID))"),
      "permalink": .text(facts.jobURL),
    ]
    values["averageDuration"] = facts.averageDuration.map { .number("\($0.milliseconds)") }
    if let options = facts.execution?.options, !options.isEmpty {
      values["options"] = .map(options.mapValues { .text($0) })
    }
    return .map(values)
  }

  private func date(_ instant: Instant) -> JSONTree {
    .map(["unixtime": .number("\(instant.milliseconds)"), "date": .text(instant.iso8601)])
  }
}
