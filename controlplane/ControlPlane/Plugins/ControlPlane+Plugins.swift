import Daemon
import Execution
import Plugins
import ScriptPlugin
import Store

extension ControlPlane {
  /// Where the plugins of this member are.
  private var pluginFolder: String {
    configuration[PluginKeys.folder] ?? "\(state.path)/libext"
  }

  func pluginLoading(into shelf: PluginShelf) -> PluginLoading {
    PluginLoading(pluginFolder, into: shelf, logger: logger)
  }

  /// What steps by plugins work with.
  func pluginTools(_ shelf: PluginShelf, _ store: Store) -> PluginTools {
    PluginTools(
      installed: shelf, framework: configuration.pluginValues,
      projectSettings: { project in try await store.ask.projects.settings(of: project) },
      base: state.path, nodeStepsRunOnNodes: configuration[PluginKeys.nodeSteps] == .node)
  }

  /// What asks plugins for the values of options, once it is connected.
  var optionValueErrands: OptionValueErrands {
    OptionValueErrands(limit: configuration[PluginKeys.optionValuesTime])
  }

  /// What delivers notifications by plugins, once it is connected.
  var notificationErrands: NotificationErrands {
    NotificationErrands(limit: configuration[PluginKeys.notificationTime])
  }
}

extension EffectiveConfiguration {
  /// `framework.plugin.*` without that prefix.
  fileprivate var pluginValues: [String: String] {
    var values: [String: String] = [:]
    for (service, family) in zip(PluginService.allCases, PluginKeys.values) {
      for (key, value) in self[family] { values["\(service.rawValue).\(key)"] = value }
    }
    return values
  }
}
