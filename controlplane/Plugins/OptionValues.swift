public import Execution
import ScriptPlugin

/// One of the values that a plugin offers for an option.
public struct OfferedValue: Sendable, Hashable {
  public var name: String
  public var value: String

  public init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

/// Values of options by script plugins of the service `OptionValues`.
public struct OptionValueErrands: Sendable {
  /// Why there are no values, for people.
  public struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String
  }

  private let errands: PluginErrands
  private let limit: Duration

  public init(_ errands: PluginErrands, limit: Duration = .seconds(30)) {
    self.errands = errands
    self.limit = limit
  }

  /// What the plugin prints for an option of a job of this project.
  public func values(
    by plugin: String, in project: String, settings: [String: String] = [:]
  ) async throws(Failure) -> [OfferedValue] {
    let end = await errands.run(
      PluginErrand(
        .init(service: .optionValues, name: plugin), project: project, settings: settings,
        limit: limit))
    guard end.verdict == .succeeded else {
      throw Failure(
        description: "The option values plugin '\(plugin)' failed: \(end.reason ?? "no reason")")
    }
    return Self.values(in: end.output)
  }

  /// The lines `label:value` between the two marks; a line without a colon is both.
  public static func values(in lines: some Sequence<String>) -> [OfferedValue] {
    var values: [OfferedValue] = []
    var isInside = false
    for line in lines {
      switch line.trimmingPrefix(while: \.isWhitespace) {
      case "==START_OPTIONS==": isInside = true
      case "==END_OPTIONS==": isInside = false
      case let text where isInside && !text.isEmpty:
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        values.append(OfferedValue(name: String(parts[0]), value: String(parts.last ?? "")))
      default: break
      }
    }
    return values
  }
}
