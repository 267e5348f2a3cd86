import FoundationEssentials
import Model
import ScriptPlugin

/// An errand as it lies in the store: sealed like a secure option, because settings may be secrets.
struct ErrandPayload: Sendable, Hashable, Codable {
  var service: String
  var provider: String
  var project: String
  var settings: [String: String]
  var values: [String: [String: String]]

  /// The option that holds it.
  static let option = "errand"

  /// The longest value that a variable of the environment holds.
  static let longestValue = 100_000

  /// Values that no variable can hold are left out.
  init(_ errand: PluginErrand) {
    service = errand.provider.service.rawValue
    provider = errand.provider.name
    project = errand.project
    settings = errand.settings
    values = errand.values.mapValues { group in
      group.filter { $0.value.utf8.count <= Self.longestValue && !$0.value.utf8.contains(0) }
    }
  }

  /// Nil for a text that is none.
  init?(text: String) {
    guard let payload = try? JSONDecoder().decode(Self.self, from: Data(text.utf8)) else {
      return nil
    }
    self = payload
  }

  var text: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    // Texts and maps of texts are always encoded.
    return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }

  /// What the store has as the definition of what runs: the errand's name and its limits, none of its values.
  static func job(for errand: PluginErrand) -> Job {
    let seconds = max(1, errand.limit.components.seconds)
    let configuration: [JobEntry] = [
      JobEntry("service", .text(errand.provider.service.rawValue)),
      JobEntry("provider", .text(errand.provider.name)),
    ]
    let step = WorkflowStep(
      .other(
        OtherStep(
          type: BuiltInStep.errand.rawValue, nodeStep: false,
          definition: ["configuration": .map(configuration)])))
    return Job(
      name: errand.provider.name, workflow: Workflow(steps: [step]),
      options: [JobOption(name: option, secure: true)], timeout: "\(seconds)s",
      kept: ["loglimit": .text("2MB"), "loglimitAction": .text("truncate")])
  }
}
