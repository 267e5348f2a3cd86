import Model
import Store

/// `<notification trigger='…' status='…' executionId='…'>` around the execution as Rundeck's API had it in XML.
struct WebhookXML {
  let facts: NotificationFacts

  init(_ facts: NotificationFacts) { self.facts = facts }

  var text: String {
    let root = [
      ("trigger", facts.event.rawValue), ("status", facts.status),
      ("executionId", facts.executionID),
    ]
    var parts = missed
    if let execution = facts.execution {
      parts += Self.element("executions", [("count", "1")], [self.execution(execution)])
    }
    return Self.element("notification", root, [parts]) + "\n"
  }

  private var missed: String {
    guard let missed = facts.record.content.missed else { return "" }
    return Self.element(
      "missed",
      [
        ("count", "\(missed.count)"), ("first", missed.first.iso8601),
        ("last", missed.last.iso8601),
      ], facts.execution == nil ? [job] : [])
  }

  private func execution(_ execution: ExecutionRecord) -> String {
    var parts = [
      Self.leaf("user", execution.user), date("date-started", execution.startedAt),
      date("date-ended", facts.endedAt), job, Self.leaf("description", facts.summary),
      Self.leaf("argstring", execution.argString ?? ""),
    ]
    if let member = execution.owner?.member { parts.append(Self.leaf("serverUUID", member.text)) }
    if facts.status == "aborted", let user = execution.abortRequestedBy {
      parts.append(Self.leaf("abortedby", user))
    }
    parts += [nodes("successfulNodes", facts.succeeded), nodes("failedNodes", facts.failed)]
    return Self.element(
      "execution",
      [
        ("id", facts.executionID), ("href", "\(facts.apiURL)/execution/\(facts.executionID)"),
        ("permalink", facts.executionURL), ("status", facts.status),
        ("project", facts.record.project),
      ], parts)
  }

  private var job: String {
    guard !facts.jobID.isEmpty else { return "" }
    var attributes = [("id", facts.jobID)]
    if let average = facts.averageDuration {
      attributes.append(("averageDuration", "\(average.milliseconds)"))
    }
    attributes += [
      ("href", "\(facts.apiURL)/job/\(PercentEncoding.encode(facts.jobID))"),
      ("permalink", facts.jobURL),
    ]
    let options = (facts.execution?.options ?? [:]).sorted { $0.key < $1.key }.map {
      Self.element("option", [("name", $0.key), ("value", $0.value)], [])
    }
    return Self.element(
      "job", attributes,
      [
        Self.leaf("name", facts.job.name), Self.leaf("group", facts.job.group),
        Self.leaf("project", facts.record.project),
        Self.leaf("description", facts.job.description),
        options.isEmpty ? "" : Self.element("options", [], options),
      ])
  }

  private func date(_ name: String, _ instant: Instant?) -> String {
    guard let instant else { return "" }
    return Self.element(
      name, [("unixtime", "\(instant.milliseconds)")], [Self.escaped(instant.iso8601)])
  }

  private func nodes(_ name: String, _ nodes: [String]) -> String {
    guard facts.endedAt != nil, !nodes.isEmpty else { return "" }
    return Self.element(name, [], nodes.map { Self.element("node", [("name", $0)], []) })
  }

  // MARK: Writing.

  private static func leaf(_ name: String, _ text: String) -> String {
    element(name, [], [escaped(text)])
  }

  private static func element(
    _ name: String, _ attributes: [(String, String)], _ parts: [String]
  ) -> String {
    let start = attributes.map { " \($0)='\(escaped($1))'" }.joined()
    let content = parts.joined()
    return content.isEmpty ? "<\(name)\(start) />" : "<\(name)\(start)>\(content)</\(name)>"
  }

  private static func escaped(_ text: String) -> String { MarkupText.escaped(text, exactly: true) }
}
