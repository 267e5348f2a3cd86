public import ScriptPlugin

/// What steps by plugins work with. Composition gives it.
public struct PluginTools: Sendable {
  let installed: any InstalledPlugins
  /// `framework.plugin.*`, without that prefix.
  let framework: [String: String]
  /// All settings of a project.
  let projectSettings: @Sendable (_ project: String) async throws -> [String: String]
  /// `${rundeck.base}`.
  let base: String
  /// Whether a `WorkflowNodeStep` runs on the nodes themselves instead of on the server's own host.
  let nodeStepsRunOnNodes: Bool
  /// Random numbers for the names of folders on hosts; a new generator for each step.
  let random: @Sendable () -> any RandomNumberGenerator

  /// - Parameter projectSettings: throws when they cannot be read.
  public init(
    installed: any InstalledPlugins = NoPlugins(), framework: [String: String] = [:],
    projectSettings: @escaping @Sendable (_ project: String) async throws -> [String: String] = {
      _ in [:]
    }, base: String = "", nodeStepsRunOnNodes: Bool = false,
    random: @escaping @Sendable () -> any RandomNumberGenerator = {
      SystemRandomNumberGenerator()
    }
  ) {
    self.installed = installed
    self.framework = framework
    self.projectSettings = projectSettings
    self.base = base
    self.nodeStepsRunOnNodes = nodeStepsRunOnNodes
    self.random = random
  }

  /// A new folder's name on a host.
  func place(below parent: String = "/tmp") -> PluginPlace {
    var generator = random()
    return PluginPlace(below: parent, using: &generator)
  }

  /// What a project and the server say about a provider, by the properties' names.
  func defaults(
    of id: PluginProvider.ID, in project: String
  ) async throws(StepFailure) -> PluginDefaults {
    let key = "plugin.\(id.service.rawValue).\(id.name)."
    do {
      let settings = try await projectSettings(project)
      return PluginDefaults(
        project: Self.below("project." + key, settings),
        framework: Self.below(String(key.dropFirst("plugin.".count)), framework))
    } catch {
      throw StepFailure(
        "ConfigurationFailure", "The settings of the project \(project) could not be read: \(error)"
      )
    }
  }

  private static func below(_ prefix: String, _ settings: [String: String]) -> [String: String] {
    var found: [String: String] = [:]
    for (key, value) in settings where key.hasPrefix(prefix) {
      found[String(key.dropFirst(prefix.count))] = value
    }
    return found
  }
}

/// Values of a provider's properties that do not come from a definition.
struct PluginDefaults: Sendable, Hashable {
  /// `project.plugin.SERVICE.NAME.*`
  var project: [String: String] = [:]
  /// `framework.plugin.SERVICE.NAME.*`
  var framework: [String: String] = [:]
}
