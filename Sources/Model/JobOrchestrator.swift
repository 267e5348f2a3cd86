/// Which of a job's nodes are gone to, and how many at once (`orchestrator`).
public struct JobOrchestrator: Sendable, Hashable, Codable {
  public var definition: PluginDefinition

  public init(_ definition: PluginDefinition) { self.definition = definition }

  /// Reads `type` and `configuration`.
  ///
  /// - Throws: `JobProblem` for a setting that is missing or cannot be; references are not judged.
  public init(_ value: JobValue, path: String = "orchestrator") throws(JobProblem) {
    self.init(try PluginDefinition(value, path: path))
    if definition.texts.values.contains(where: { $0.hasReference }) { return }
    _ = try rule(path: path)
  }

  /// What an orchestrator decides by.
  public enum Rule: Sendable, Hashable {
    /// So many nodes by chance, the others not at all.
    case subset(count: Int)
    /// All nodes of a rank before any of the next.
    case rankTiered
    /// At most this share of the nodes at once; more than 0 and at most 100.
    case maxPercentage(Double)
    /// Only the one node that has the highest or the lowest value of an attribute.
    case extreme(attribute: String, isHighest: Bool)
    /// A plugin's.
    case other(PluginDefinition)
  }

  /// The rule, its settings expanded first.
  ///
  /// - Throws: `JobProblem` for a setting that is missing or cannot be.
  public func rule(
    path: String = "orchestrator", expand: (String) -> String = { $0 }
  ) throws(JobProblem) -> Rule {
    switch definition.type {
    case "subset": return .subset(count: try count(path, expand))
    case "rankTiered": return .rankTiered
    case "maxPercentage": return .maxPercentage(try percent(path, expand))
    case "orchestrator-highest-lowest-attribute": return try extreme(path, expand)
    default: return .other(definition)
    }
  }

  private func count(_ path: String, _ expand: (String) -> String) throws(JobProblem) -> Int {
    let text = try setting("count", path, expand)
    guard let count = Int(text), count >= 0 else {
      throw JobProblem(
        field: "\(path).configuration.count", value: text, message: "must be a number of nodes")
    }
    return count
  }

  private func percent(_ path: String, _ expand: (String) -> String) throws(JobProblem) -> Double {
    let text = try setting("percent", path, expand)
    guard let percent = Double(text.hasSuffix("%") ? text.dropLast() : text[...]), percent > 0,
      percent <= 100
    else {
      throw JobProblem(
        field: "\(path).configuration.percent", value: text,
        message: "must be a percentage above 0 and at most 100")
    }
    return percent
  }

  private func extreme(_ path: String, _ expand: (String) -> String) throws(JobProblem) -> Rule {
    let attribute = try setting("attribute", path, expand)
    let sort = try setting("sort", path, expand).lowercased()
    guard ["highest", "lowest"].contains(sort) else {
      throw JobProblem(
        field: "\(path).configuration.sort", value: sort, message: "must be highest or lowest")
    }
    return .extreme(attribute: attribute, isHighest: sort == "highest")
  }

  private func setting(
    _ key: String, _ path: String, _ expand: (String) -> String
  ) throws(JobProblem) -> String {
    guard let text = definition.text(key).map({ expand($0).trimmedOfSpace }), !text.isEmpty else {
      throw JobProblem(
        field: "\(path).configuration.\(key)",
        message: "the orchestrator '\(definition.type)' needs this setting")
    }
    return text
  }
}

extension Job {
  /// `orchestrator`; nil when the job has none.
  public var orchestrator: JobOrchestrator? {
    kept["orchestrator"].flatMap { try? JobOrchestrator($0) }
  }
}
