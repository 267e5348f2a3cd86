/// Requests put together at random from what the API knows and what it should not: the same for the
/// same seed. They read, or ask for what cannot be done; none of them runs a job.
struct RandomRequests {
  struct Request: CustomStringConvertible {
    let method: String
    let path: String
    let type: String?
    let accept: String
    let body: String?
    var description: String { "\(method) \(path) \(type ?? "") \(body ?? "")" }
  }

  private var state: UInt64
  private let paths: [String]

  init(seed: UInt64, job: String, execution: Int) {
    state = seed &* 0x9E37_79B9_7F4A_7C15
    paths = [
      "/projects", "/project/test", "/project/test/jobs", "/project/test/jobs/export",
      "/project/test/executions", "/project/test/executions/running",
      "/project/*/executions/running",
      "/project/test/config", "/project/test/config/a", "/job/\(job)", "/job/\(job)/info",
      "/job/\(job)/executions", "/execution/\(execution)", "/execution/\(execution)/state",
      "/execution/\(execution)/output", "/execution/\(execution)/output.text",
      "/execution/\(execution)/output/step/1", "/execution/\(execution)/output/node/sidecar",
      "/system/info", "/tokens", "/token/x", "/user/info", "/user/roles", "/quarterdeck/agents",
      "/executions/delete", "/jobs/schedule/enable", "/project/none/jobs/import",
      "/project/none/run/command", "/project/none/run/script", "/tokens/admin", "/nothing",
    ]
  }

  /// SplitMix64.
  private mutating func number(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
  }

  private mutating func pick<Item>(_ items: [Item]) -> Item { items[number(items.count)] }

  private static let parameters = [
    "offset", "max", "maxlines", "lastlines", "lastmod", "begin", "end", "recentFilter",
    "olderFilter", "adhoc", "statusFilter", "jobIdListFilter", "jobFilter", "groupPath",
    "groupPathExact", "descFilter", "format", "idlist", "ids", "compacted", "exec", "filter",
    "nodeThreadcount", "dupeOption", "fileformat", "duration", "status", "executionTypeFilter",
  ]
  private static let values = [
    "0", "1", "-1", "9223372036854775807", "-9223372036854775808", "9223372036854775808",
    "18446744073709551616", "1e308", "NaN", "", "%00", "%FF%FE", "%", "%zz", "a", "true", "*", "-",
    "json", "xml", "yaml", "text", "2026-11-22T10:00:00Z", "9999-12-31T23:59:59+18:00",
    "0000-00-00T00:00:00Z", "99999y", "99999d", "1000000y", "%F0%9F%98%80", "..%2F..%2Fetc", "'--",
    "\u{25}25", "!_%25", "(((((", "name:+[",
  ]
  private static let bodies = [
    "", "{}", "[]", "null", "{\"ids\":[1,\"x\",null,1e99]}", "[[[[", "\"\\u0000\"", "{\"a\":",
    "- name: x", "<a/>", "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
    "--b\r\nContent-Disposition: form-data; name=\"scriptFile\"; filename=\"f\"\r\n\r\nx\r\n--b--",
    "--b\r\n\r\n--b", "a=%00&b=%", "{\"duration\":\"999999y\",\"roles\":\"*\"}",
    "{\"idlist\":[\"a\",\"b\"]}",
  ]
  private static let types = [
    "application/json", "application/yaml", "application/xml", "text/plain",
    "multipart/form-data; boundary=b", "multipart/form-data", "application/x-www-form-urlencoded",
    "application/octet-stream", ";;;", "multipart/form-data; boundary=\"",
  ]

  mutating func next() -> Request {
    var path = pick(paths)
    if number(8) == 0 { path += "/" + pick(Self.values).replacing("%", with: "%25") }
    let count = number(4)
    for index in 0..<count {
      path += (index == 0 ? "?" : "&") + pick(Self.parameters) + "=" + pick(Self.values)
    }
    let hasBody = number(2) == 0
    let method = hasBody ? pick(["POST", "PUT", "DELETE"]) : pick(["GET", "GET", "GET", "HEAD"])
    // What the other requests are about must stay.
    let isDestructive =
      method == "DELETE" || path.hasPrefix("/project/test/config") || path.hasPrefix("/job/")
    return Request(
      method: hasBody && isDestructive ? "POST" : method, path: path,
      type: hasBody ? pick(Self.types) : nil,
      accept: pick(["application/json", "*/*", "text/plain", "text/csv", "application/xml", ""]),
      body: hasBody ? pick(Self.bodies) : nil)
  }
}
