import Execution
import Model
import Store

extension ExecutionRecord {
  /// What answers say of its tries, and of what it waits for.
  func lifeMembers(_ links: Links, _ details: ExecutionDetails?) -> [JSON.Member] {
    var body = JSON.map([:])
    if retryAttempt > 0 { body.add("retryAttempt", .integer(Int64(retryAttempt))) }
    body.add("retryOriginalId", retryOriginal.map { .integer($0.number) })
    body.add("retryPrevId", retryPrevious.map { .integer($0.number) })
    if status == .failedWithRetry, let retriedAs {
      body.add("retriedExecution", next(retriedAs, links, details?.statuses[retriedAs]))
    }
    let others = jobID.flatMap { details?.goingOn[$0] } ?? []
    body.add("waiting", waiting(behind: others)?.json)
    return body.members ?? []
  }

  private func next(_ id: ExecutionID, _ links: Links, _ status: ExecutionStatus?) -> JSON {
    var body: JSON = [
      "id": .integer(id.number), "href": .text(links.execution(id)),
      "permalink": .text(links.executionPage(id, project: project)),
    ]
    body.add("status", status.map { .text($0.rawValue) })
    return body
  }
}

extension ExecutionWaiting {
  var json: JSON {
    var body: JSON = ["why": .text(reason), "since": since.json]
    body.add("until", until?.json)
    return body
  }
}
