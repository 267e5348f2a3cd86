/// Paths that Rundeck's API documentation has and this version does not serve, so that a client hears which of
/// the two is the matter.
enum UnservedPaths {
  /// Below `/api/V`; `*` stands for any one segment. Everything below each of them counts too.
  private static let patterns: [[Substring]] = [
    "calendars", "config", "enterprise", "feature", "incubator", "metrics",
    "plugin",
    "runnerManagement", "runnerTag", "scheduler", "scm", "userclass", "webhook",
    "system/acl", "system/calendars",
    "execution/*/result",
    "job/*/forecast", "job/*/info", "job/*/scm", "job/*/tags",
    "project/*/acl", "project/*/calendars", "project/*/export",
    "project/*/history", "project/*/import", "project/*/jobTags", "project/*/jobs/browse",
    "project/*/meta", "project/*/motd.md", "project/*/nodes", "project/*/readme.md",
    "project/*/resource", "project/*/resources", "project/*/runnerManagement",
    "project/*/scm", "project/*/source", "project/*/sources", "project/*/webhook",
    "project/*/webhooks",
  ].map { $0.split(separator: "/") }

  /// Whether a path that no route has is one of Rundeck's; `/api/V` is in front of it.
  static func contain(_ path: String) -> Bool {
    let all = path.split(separator: "/")
    guard all.first == "api" else { return false }
    let parts = all.dropFirst(2)
    return patterns.contains { pattern in
      pattern.count <= parts.count && zip(pattern, parts).allSatisfy { $0 == "*" || $0 == $1 }
    }
  }
}
