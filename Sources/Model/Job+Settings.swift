// What the kept keys of jobs and workflows say, where no type of their own says it.

extension Job {
  /// `tags`: a text with commas or a list of texts.
  public var tags: [String] {
    switch kept["tags"] {
    case .list(let items): items.compactMap(\.scalarText)
    case let value?:
      (value.scalarText ?? "").split(separator: ",").map(\.trimmedOfSpace)
        .filter { !$0.isEmpty }
    case nil: []
    }
  }

  /// The page of an execution that is shown first (`defaultTab`): `nodes`, `output`…
  public var defaultTab: String? {
    kept["defaultTab"]?.scalarText.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The job's own plugins by their service (`plugins`), for example `ExecutionLifecycle`.
  public func plugins(of service: String) -> [PluginDefinition] {
    guard case .map(let providers)? = kept["plugins"]?[service] else { return [] }
    return providers.map { provider in
      if case .map = provider.value {
        return PluginDefinition(type: provider.key, configuration: provider.value)
      }
      return PluginDefinition(type: provider.key)
    }
  }
}

extension Workflow {
  /// What the strategy is told (`pluginConfig.WorkflowStrategy` under the strategy's name); the names of
  /// Rundeck's own strategies may be the old ones.
  public var strategySettings: [String: String] {
    guard case .map(let strategies)? = kept["pluginConfig"]?["WorkflowStrategy"] else { return [:] }
    let settings = strategies.first { WorkflowStrategy($0.key) == strategy }?.value
    return PluginDefinition(type: strategy.name, configuration: settings ?? .map([])).texts
  }

  /// The rules of the strategy `ruleset`, one to a line; nil when the workflow has none.
  public var rules: String? { strategySettings["rules"] }
}
