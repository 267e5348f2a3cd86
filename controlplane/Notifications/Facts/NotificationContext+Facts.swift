import Model
import Store

extension NotificationContext {
  /// The documented values of a notification.
  public init(_ facts: NotificationFacts) {
    var groups = facts.values
    groups["option"] = facts.record.content.reference?.options ?? facts.execution?.options ?? [:]
    groups["job"] = Self.job(facts)
    groups["execution"] = Self.execution(facts)
    groups["globals"] = facts.globals
    groups["notification"] = [
      "trigger": facts.event.rawValue, "eventStatus": facts.event.words(status: facts.status),
    ]
    groups["rundeck"] = ["href": facts.serverURL]
    self.init(groups: groups)
  }

  private static func job(_ facts: NotificationFacts) -> [String: String] {
    let user = facts.execution?.user ?? ""
    var values = [
      "id": facts.jobID, "name": facts.job.name, "group": facts.job.group,
      "project": facts.record.project, "description": facts.job.description,
      "href": facts.jobURL, "url": facts.executionURL, "serverUrl": facts.serverURL,
      "execid": facts.executionID, "username": user, "user.name": user,
      "loglevel": facts.execution?.logLevel ?? "", "filter": facts.execution?.nodeFilter ?? "",
    ]
    let attempt = facts.execution?.retryAttempt ?? 0
    values["retryAttempt"] = "\(attempt)"
    values["user.email"] = facts.userEmail
    values["wasRetry"] = attempt > 0 ? "true" : "false"
    values["averageDuration"] = facts.averageDuration.map { "\($0.milliseconds)" }
    return values
  }

  private static func execution(_ facts: NotificationFacts) -> [String: String] {
    var values = [
      "id": facts.executionID, "status": facts.status, "project": facts.record.project,
      "projectHref": facts.projectURL, "href": facts.executionURL,
      "user": facts.execution?.user ?? "", "description": facts.summary,
      "argstring": facts.execution?.argString ?? "", "loglevel": facts.execution?.logLevel ?? "",
    ]
    add(
      "dateStarted", facts.execution?.startedAt ?? facts.record.content.missed?.first, to: &values)
    add("dateEnded", facts.endedAt ?? facts.record.content.missed?.last, to: &values)
    if facts.status == "aborted" { values["abortedby"] = facts.execution?.abortRequestedBy }
    guard facts.endedAt != nil else { return values }
    values["failedNodeListString"] = facts.failed.joined(separator: ",")
    values["succeededNodeListString"] = facts.succeeded.joined(separator: ",")
    values["failedNodeList"] = facts.failed.joined(separator: ", ")
    values["succeededNodeList"] = facts.succeeded.joined(separator: ", ")
    let (failed, succeeded) = (facts.failed.count, facts.succeeded.count)
    values["nodestatus.failed"] = "\(failed)"
    values["nodestatus.succeeded"] = "\(succeeded)"
    values["nodestatus.total"] = "\(failed + succeeded)"
    return values
  }

  private static func add(
    _ name: String, _ instant: Instant?, to values: inout [String: String]
  ) {
    guard let instant else { return }
    values[name] = instant.iso8601
    values["\(name)Unixtime"] = "\(instant.milliseconds)"
    values["\(name)W3c"] = instant.iso8601
  }
}

extension Duration {
  /// Cut off.
  var milliseconds: Int64 {
    components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
  }
}
