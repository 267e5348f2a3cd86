import Hummingbird
import Identity
import LogStorage
import Model
import Store

extension API {
  var logStorageRoutes: [Route] {
    [
      .api(.get, "/system/logstorage", since: 17, .read, .system, logStorageInfo),
      .api(.get, "/system/logstorage/incomplete", since: 17, .read, .system, incompleteLogs),
      .api(
        .post, "/system/logstorage/incomplete/resume", since: 17, .admin, .system,
        resumeIncompleteLogs),
    ]
  }

  /// Without a storage the counts tell of what was stored before.
  func logStorageInfo(_ request: APIRequest) async throws -> Response {
    let counts =
      try await dependencies.logStorage?.counts()
      ?? LogStorageCounts(succeeded: 0, failed: 0, queued: 0, missing: 0)
    let name = dependencies.logStorage?.activeName
    return .json([
      "enabled": .boolean(name != nil), "pluginName": .optional(name),
      "succeededCount": .integer(counts.succeeded), "failedCount": .integer(counts.failed),
      "queuedCount": .integer(counts.queued), "totalCount": .integer(counts.total),
      "incompleteCount": .integer(counts.incomplete), "missingCount": .integer(counts.missing),
    ])
  }

  func incompleteLogs(_ request: APIRequest) async throws -> Response {
    let offset = try request.query.count("offset") ?? 0
    var limit = try request.query.count("max") ?? 20
    if limit == 0 { limit = 20 }
    limit = min(limit, Int64(APILimits.listItems))
    let found = try await dependencies.logStorage?.incomplete(offset: offset, limit: limit)
    let (logs, total) = found ?? ([], 0)
    return .json([
      "total": .integer(total), "max": .integer(limit), "offset": .integer(offset),
      "executions": .array(logs.map(incompleteLog)),
    ])
  }

  private func incompleteLog(_ log: IncompleteLog) -> JSON {
    let isFailed = dependencies.logStorage?.isFailed(log) ?? false
    let storage: JSON = [
      "localFilesPresent": .boolean(log.isLive), "incompleteFiletypes": "rdlog",
      "queued": .boolean(!isFailed), "failed": .boolean(isFailed),
      "date": .optional(log.record.firstAttemptAt?.iso8601),
    ]
    return [
      "id": .integer(log.execution.number), "project": .text(log.project),
      "href": .text(links.execution(log.execution)),
      "permalink": .text(links.executionPage(log.execution, project: log.project)),
      "storage": storage, "errors": .texts([log.record.error].compactMap { $0 }),
    ]
  }

  func resumeIncompleteLogs(_ request: APIRequest) async throws -> Response {
    try await dependencies.logStorage?.resume()
    return .json(["resumed": true])
  }
}
