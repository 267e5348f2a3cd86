/// A log filter as a definition has it: `{type: key-value-data, config: {regex: …}}`.
public struct LogFilterDefinition: Sendable, Hashable {
  /// The filter's name: `key-value-data`, `mask-passwords`…
  public var type: String
  /// Its settings as text.
  public var config: [String: String]

  public init(type: String, config: [String: String] = [:]) {
    self.type = type
    self.config = config
  }

  /// The filters of `plugins` of a step or `pluginConfig` of a workflow, in their order; what is no filter is
  /// left out.
  public static func filters(in plugins: JobValue?) -> [LogFilterDefinition] {
    let items: [JobValue]
    switch plugins?["LogFilter"] {
    case .list(let list): items = list
    case .map(let map): items = [.map(map)]
    default: return []
    }
    return items.compactMap { item in
      guard let type = item["type"]?.scalarText, !type.isEmpty else { return nil }
      var config: [String: String] = [:]
      if case .map(let entries)? = item["config"] ?? item["configuration"] {
        for entry in entries { config[entry.key] = entry.value.scalarText }
      }
      return LogFilterDefinition(type: type, config: config)
    }
  }

  /// A switch of the settings; false when it is missing.
  public func isOn(_ key: String) -> Bool { config[key]?.lowercased() == "true" }
}

extension Workflow {
  /// The filters of all steps' output.
  public var logFilters: [LogFilterDefinition] {
    LogFilterDefinition.filters(in: kept["pluginConfig"])
  }
}

extension WorkflowStep {
  /// The filters of this step's output alone.
  public var logFilters: [LogFilterDefinition] {
    LogFilterDefinition.filters(in: kept["plugins"])
  }
}

extension Job {
  /// The filters that a step's output goes through, in their order: the workflow's, then the step's own. A
  /// nested step's (`2/1`, `2@node=web1/1`) and a handler's (`2e`) are those of the step of this job that they belong to.
  public func logFilters(of step: String) -> [LogFilterDefinition] {
    guard let number = Int(step.prefix { $0.isASCII && $0.isNumber }),
      workflow.steps.indices.contains(number - 1)
    else { return workflow.logFilters }
    return workflow.logFilters + workflow.steps[number - 1].logFilters
  }
}
