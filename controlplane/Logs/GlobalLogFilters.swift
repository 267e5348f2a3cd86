import Model
import Pattern

/// Log filters for all jobs of a project or of all projects: settings like `project.globalfilter.1.type` and
/// `project.globalfilter.1.config.regex`. Pure.
public struct GlobalLogFilters: Sendable, Hashable {
  /// What the settings of a project begin with, and those of the configuration.
  public static let projectPrefix = "project.globalfilter."
  public static let frameworkPrefix = "framework.globalfilter."
  /// The filters that can be set so; others are left out.
  public static let types = ["highlight-output", "mask-passwords", "quiet-output"]

  /// No filters.
  public static let none = GlobalLogFilters([:], prefix: projectPrefix)

  /// In the order of their numbers.
  let definitions: [LogFilterDefinition]

  /// - Parameter settings: by their whole names; what does not begin with `prefix` is not looked at.
  public init(_ settings: [String: String], prefix: String) {
    var found: [String: LogFilterDefinition] = [:]
    for (name, value) in settings where name.hasPrefix(prefix) {
      let parts = name.dropFirst(prefix.count).split(separator: ".", maxSplits: 1)
      guard parts.count == 2 else { continue }
      let (number, key) = (String(parts[0]), parts[1])
      if key == "type" {
        found[number, default: LogFilterDefinition(type: "")].type = value
      } else if key.hasPrefix("config.") {
        let word = String(key.dropFirst("config.".count))
        found[number, default: LogFilterDefinition(type: "")].config[word] = value
      }
    }
    let ordered = found.sorted { Self.precedes($0.key, $1.key) }
    self.init(definitions: ordered.map(\.value).filter { Self.types.contains($0.type) })
  }

  private init(definitions: [LogFilterDefinition]) { self.definitions = definitions }

  /// These and then those.
  public func followed(by others: GlobalLogFilters) -> GlobalLogFilters {
    GlobalLogFilters(definitions: definitions + others.definitions)
  }

  /// 2 before 10; what is no number comes last.
  private static func precedes(_ one: String, _ other: String) -> Bool {
    switch (Int(one), Int(other)) {
    case (let one?, let other?): one < other
    case (.some, nil): true
    case (nil, .some): false
    case (nil, nil): one < other
    }
  }

  /// The settings whose expressions cannot be read, with why; in the order of their names.
  public static func problems(
    in settings: [String: String], prefix: String
  ) -> [(name: String, value: String, reason: String)] {
    settings.sorted { $0.key < $1.key }.compactMap { name, value in
      guard name.hasPrefix(prefix), name.hasSuffix(".config.regex"), !value.isEmpty else {
        return nil
      }
      do throws(JobPatternError) {
        _ = try SearchPattern(value)
        return nil
      } catch {
        return (name, value, error.reason)
      }
    }
  }
}
