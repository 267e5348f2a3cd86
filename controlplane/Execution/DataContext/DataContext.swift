import Model

/// What `${group.key}` means in a step: values by group and key.
///
/// Groups: `option`, `job`, `node`, `globals`, in a handler `result`, and whatever earlier steps left: `data`, `export` and
/// groups of their own. `unquotedoption` is `option` without quoting; `2:data` is what step 2 left.
struct DataContext: Sendable, Hashable {
  var groups: [String: [String: String]] = [:]
  /// Values of all secure options, for scripts that take them from their standard input.
  var secureOptions: [String: String] = [:]
  /// Names of the secure options whose values are in `groups` too.
  var exposedSecureOptions: Set<String> = []
  /// What earlier steps of the workflow left.
  var captured = CapturedValues()
  /// The node that the step runs on; "" for a step of the workflow.
  var nodeName = ""

  /// What a reference means; nil when nothing has that name. A step's own node comes first, then what is known
  /// without any step, then what steps left for the workflow.
  func value(_ group: String, _ key: String) -> String? {
    if let colon = group.firstIndex(of: ":") {
      let name = String(group[group.index(after: colon)...])
      return stepValue(name, key, of: String(group[..<colon]))
    }
    if let value = captured.value(group, key, on: nodeName) { return value }
    if let value = groups[group == "unquotedoption" ? "option" : group]?[key] { return value }
    return stepValue(group, key, of: nil)
  }

  /// `RD_GROUP_KEY`: upper case, and `_` for all that is neither letter nor digit.
  static func variable(_ group: String, _ key: String) -> String {
    let letters = "RD_\(group)_\(key)".unicodeScalars.map { scalar -> Character in
      let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9") ~= scalar)
      return isPlain ? Character(scalar) : "_"
    }
    return String(letters).uppercased()
  }

  /// The environment of a step: a variable for each value that can be one.
  ///
  /// - Parameter withSecureOptions: false leaves out the secure options that are exposed.
  func environment(withSecureOptions: Bool = true) -> [String: String] {
    var environment: [String: String] = [:]
    for (group, values) in captured.seen(on: nodeName) where group != "option" {
      for (key, value) in values where value.utf8.count <= Self.longestVariable {
        environment[Self.variable(group, key)] = value
      }
    }
    for (group, values) in groups {
      for (key, value) in values
      where value.utf8.count <= Self.longestVariable && !value.utf8.contains(0) {
        let isSecret = group == "option" && exposedSecureOptions.contains(key)
        if isSecret && !withSecureOptions { continue }
        environment[Self.variable(group, key)] = value
      }
    }
    return environment
  }
}

extension DataContext {
  /// Adds the options of a run. Only the secure options that their job exposes become readable.
  mutating func add(_ resolved: ResolvedOptions, of options: [JobOption]) {
    groups["option", default: [:]].merge(resolved.plain) { _, new in new }
    secureOptions = resolved.secure
    for option in options where option.secure && option.valueExposed {
      guard let value = resolved.secure[option.name] else { continue }
      groups["option", default: [:]][option.name] = value
      exposedSecureOptions.insert(option.name)
    }
  }

  /// Makes `node` mean this host.
  mutating func add(_ node: Node) {
    nodeName = node.name
    var values = node.attributes
    values["name"] = node.name
    values["tags"] = node.tags.sorted().joined(separator: ",")
    for (attribute, key) in [
      ("osName", "os-name"), ("osFamily", "os-family"), ("osArch", "os-arch"),
      ("osVersion", "os-version"),
    ] {
      if let value = node.attributes[attribute] { values[key] = value }
    }
    for key in ["hostname", "username", "description"] where values[key] == nil { values[key] = "" }
    groups["node"] = values
  }

  /// Makes `result` mean the failure that this handler is for.
  mutating func add(_ failure: StepFailure) {
    groups["result"] = [
      "reason": failure.reason, "message": failure.message,
      "resultCode": failure.exitCode.map(String.init) ?? "",
      "failedNodes": failure.failedNodes.joined(separator: ","),
    ]
  }

  /// Makes `job` mean this run.
  mutating func add(_ run: RunFacts) {
    groups["job"] = [
      "name": run.jobName, "group": run.jobGroup, "id": run.jobID, "execid": run.execution,
      "execIdForLogStore": run.execution,
      "project": run.project, "username": run.user, "user.name": run.user,
      "loglevel": run.logLevel, "url": run.url, "serverUrl": run.serverURL,
      "serverUUID": run.serverUUID, "threadcount": run.threadCount, "filter": run.filter,
      "retryAttempt": String(run.retryAttempt), "wasRetry": run.retryAttempt > 0 ? "true" : "false",
      "executionType": run.executionType,
    ]
    groups["job"]?["user.email"] = run.userEmail
  }
}

/// What `${job.*}` tells about a run; every value as the text that steps see.
struct RunFacts: Sendable, Hashable {
  var jobName = ""
  var jobGroup = ""
  /// Empty for an ad hoc run.
  var jobID = ""
  /// The number of the execution.
  var execution = ""
  var project = ""
  var user = ""
  /// Nil without one: then nothing has that name.
  var userEmail: String?
  var logLevel = "INFO"
  /// Where a person looks at the execution.
  var url = ""
  var serverURL = ""
  var serverUUID = ""
  var threadCount = "1"
  var filter = ""
  var retryAttempt = 0
  /// `user`, `scheduled` or `user-scheduled`.
  var executionType = "user"
}
