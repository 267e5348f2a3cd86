import Model

/// What a definition asks for and this version keeps, exports and does not do. A run says so in its own output: nobody
/// should learn from an outage that a time-out was never there.
struct UnfulfilledWishes: Sendable, Hashable {
  /// The definition's keys, in its order, each with the step that it belongs to.
  let keys: [String]

  init(of job: Job) {
    // Plugins of the service "quarterdeck" are this program's own keys.
    var services: [String] = []
    if case .map(let entries) = job.kept["plugins"] {
      services = entries.filter { $0.key != "quarterdeck" && !Self.isNothing($0.value) }.map(\.key)
    }
    let ofSteps = job.workflow.steps.enumerated().flatMap { index, step -> [String] in
      Self.plugins(step.kept["plugins"]).map { "\($0) of step \(index + 1)" }
    }
    keys =
      services.map { "plugins.\($0)" } + Self.plugins(job.workflow.kept["pluginConfig"])
      + ofSteps
  }

  /// The plugins of a step or workflow but for the log filters that this version knows.
  private static func plugins(_ value: JobValue?) -> [String] {
    guard case .map(let entries)? = value else { return [] }
    let filters = LogFilterDefinition.filters(in: value).map(\.type)
      .filter { !LogFilterDefinition.known.contains($0) }
    let services = entries.filter {
      $0.key != "LogFilter" && $0.key != "WorkflowStrategy" && !isNothing($0.value)
    }
    return services.map(\.key).map { "plugins.\($0)" } + filters.map { "log filter \($0)" }
  }

  /// Exports name services without any plugin of them.
  private static func isNothing(_ value: JobValue) -> Bool {
    [.null, .map([]), .list([]), .text("")].contains(value)
  }

  /// One line for the output; nil when the run does all that the definition asks for.
  var notice: String? {
    keys.isEmpty
      ? nil : "Not carried out by this version: \(keys.joined(separator: ", "))"
  }
}
