import Model
import Store

extension JobRecord {
  /// A job as lists show it.
  func json(_ links: Links, averageMicroseconds: Int64? = nil) -> JSON {
    var body: JSON = [
      "id": .text(id.text), "name": .text(job.name), "group": .text(job.group),
      "project": .text(project), "description": .text(job.description),
      "href": .text(links.job(id)), "permalink": .text(links.jobPage(id, project: project)),
      "scheduled": .boolean(job.isScheduled), "scheduleEnabled": .boolean(job.scheduleEnabled),
      "enabled": .boolean(job.executionEnabled),
    ]
    body.add("averageDuration", averageMicroseconds.map { .integer($0 / 1000) })
    return body
  }
}

/// What came of a bulk request: Rundeck's object of counts and lists.
struct BulkBody {
  struct Item {
    let id: String
    let message: String
    /// nil for a success.
    let errorCode: String?
  }

  let items: [Item]

  func json(enabled: Bool? = nil) -> JSON {
    let succeeded = items.filter { $0.errorCode == nil }
    let failed = items.filter { $0.errorCode != nil }
    var body: JSON = ["requestCount": .integer(Int64(items.count))]
    body.add("enabled", enabled.map { .boolean($0) })
    body.add("allsuccessful", .boolean(failed.isEmpty))
    body.add("succeeded", .array(succeeded.map(Self.json)))
    body.add("failed", .array(failed.map(Self.json)))
    return body
  }

  private static func json(_ item: Item) -> JSON {
    var body: JSON = ["id": .text(item.id)]
    body.add("errorCode", item.errorCode.map { .text($0) })
    body.add("message", .text(item.message))
    return body
  }
}
