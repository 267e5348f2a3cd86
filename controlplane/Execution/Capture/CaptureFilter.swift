import Model
import Pattern

/// A log filter that captures values of a step's output for later steps.
struct CaptureFilter: Sendable {
  enum Kind: Sendable {
    /// Each line by itself.
    case lines(LineFilter)
    /// The whole output as one text.
    case text(LineFilter)
    /// The whole output as JSON, by a program in jq's language.
    case json(program: String, prefix: String)
  }

  let kind: Kind
  /// Whether what was captured is shown in the log.
  let showsData: Bool

  /// An expression with one group, the value, or two, the name and the value.
  struct LineFilter: Sendable {
    let pattern: SearchPattern
    let name: String?
    /// What is replaced by `_` in names.
    let badNameParts: SearchPattern
    /// Whether a line's further matches count too.
    var takesAll = false
    /// Whether further values of a name are added on lines of their own; else the last one stays.
    var joins = false
  }

  /// The filter that a definition says; nil for one that captures nothing.
  ///
  /// Throws `CaptureProblem` for settings that cannot be used.
  init?(_ filter: LogFilterDefinition) throws(CaptureProblem) {
    showsData = filter.isOn("logData")
    switch filter.type {
    case "key-value-data":
      var lines = try Self.lines(
        filter, or: #"^RUNDECK:DATA:(.+?)\s*=\s*(.+)$"#, isWhole: !filter.isOn("matchSubstrings"))
      lines.takesAll = filter.isOn("allowMultipleMatches")
      kind = .lines(lines)
    case "key-value-data-multilines":
      let each = filter.isOn("captureMultipleKeysValues")
      var lines = try Self.lines(
        filter, or: #"^\s*([^\s=]+)\s*=\s*(.+)$"#, isWhole: false, dotMatchesAll: !each)
      lines.takesAll = each
      lines.joins = each
      kind = each ? .lines(lines) : .text(lines)
    case "json-mapper", "json-jq":
      kind = .json(program: filter.config["filter"] ?? ".", prefix: Self.prefix(filter))
    default: return nil
    }
  }

  private static func prefix(_ filter: LogFilterDefinition) -> String {
    let prefix = filter.config["prefix"] ?? ""
    return prefix.isEmpty ? "result" : prefix
  }

  private static func lines(
    _ filter: LogFilterDefinition, or standard: String, isWhole: Bool, dotMatchesAll: Bool = false
  ) throws(CaptureProblem) -> LineFilter {
    let text = filter.config["regex"] ?? ""
    let unwanted = filter.config["invalidKeyPattern"] ?? ""
    let name = filter.config["name"].flatMap { $0.isEmpty ? nil : $0 }
    let pattern = try compile(
      text.isEmpty ? standard : text, isWhole: isWhole, dotMatchesAll: dotMatchesAll)
    if pattern.groups == 0 {
      throw CaptureProblem(message: "The regular expression \(text) has no capturing group")
    }
    if pattern.groups == 1, name == nil {
      throw CaptureProblem(
        message: "The regular expression \(text) has one group, so the filter needs a name")
    }
    return LineFilter(
      pattern: pattern, name: name,
      badNameParts: try compile(unwanted.isEmpty ? #"\s|\$|\{|\}|\\"# : unwanted))
  }

  private static func compile(
    _ text: String, isWhole: Bool = false, dotMatchesAll: Bool = false
  ) throws(CaptureProblem) -> SearchPattern {
    do throws(JobPatternError) {
      return try SearchPattern(text, isWhole: isWhole, dotMatchesAll: dotMatchesAll)
    } catch {
      throw CaptureProblem(message: error.description)
    }
  }
}

/// Why a filter captures nothing, or not everything; for the execution's log.
struct CaptureProblem: Error, Sendable, Hashable {
  let message: String
}
