import Model
import Store

extension Instant {
  /// A point in time as Rundeck's answers have it: `{"unixtime": ms, "date": "…Z"}`.
  var json: JSON { ["unixtime": .integer(milliseconds), "date": .text(iso8601)] }
}

/// Where things are found: addresses of the API (always in the newest version, as Rundeck does) and of
/// pages.
struct Links: Sendable {
  let base: String

  var api: String { "\(base)/api/\(APIVersion.newest)" }

  func project(_ name: String) -> String { "\(api)/project/\(PercentEncoding.encode(name))" }
  func job(_ id: JobID) -> String { "\(api)/job/\(PercentEncoding.encode(id.text))" }
  func jobPage(_ id: JobID, project: String) -> String {
    "\(base)/project/\(PercentEncoding.encode(project))/job/show/\(PercentEncoding.encode(id.text))"
  }
  func execution(_ id: ExecutionID) -> String { "\(api)/execution/\(id)" }
  func executionPage(_ id: ExecutionID, project: String) -> String {
    "\(base)/project/\(PercentEncoding.encode(project))/execution/show/\(id)"
  }
}

extension API {
  var links: Links { Links(base: dependencies.server.url) }
}

extension ApiTokenRecord {
  /// A token's answer; its text only in the answer to its creation.
  func json(token: String? = nil) -> JSON {
    var body: JSON = ["user": .text(username)]
    body.add("token", token.map { .text($0) })
    body.add("id", .text(id))
    body.add("creator", .text(creator))
    body.add("name", name.map { .text($0) })
    body.add("expiration", expiresAt.map { .text($0.iso8601) })
    body.add("roles", .texts(roles))
    body.add("expired", .boolean(isExpired))
    return body
  }
}

extension ProjectRecord {
  /// A project's answer; with its settings where they are asked for, else with its label from elsewhere.
  func json(_ links: Links, settings: [String: String]? = nil, label: String? = nil) -> JSON {
    var body: JSON = [
      "url": .text(links.project(name)), "name": .text(name), "description": .text(description),
      "label": .text(settings?["project.label"] ?? label ?? ""),
      "created": .text(createdAt.iso8601),
    ]
    body.add("config", settings.map { .map($0) })
    return body
  }
}
