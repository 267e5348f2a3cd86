import Daemon
import ScriptPlugin

/// Where script plugins are and how they run.
enum PluginKeys {
  static let all: [any DescribedKey] = [folder, nodeSteps, notificationTime, optionValuesTime]

  static let folder = ConfigurationKey(
    "rundeck.server.plugins.dir", optional: .path,
    "The folder with script plugins (*-plugin.zip). Without it: libext in the state directory.")

  static let nodeSteps = ConfigurationKey(
    "quarterdeck.plugins.nodeSteps", .oneOf, default: NodeStepPlace.server,
    """
    Where plugins of the service WorkflowNodeStep run for each node: on the agent of the server's own host, as in \
    Rundeck, or on the node's agent.
    """)

  static let notificationTime = ConfigurationKey(
    "quarterdeck.plugins.notificationTimeout",
    .duration(in: .seconds, .seconds(1) ... .seconds(3_600)), default: .seconds(30),
    "How long a plugin may take for one notification; a plain number is seconds.")

  static let optionValuesTime = ConfigurationKey(
    "quarterdeck.plugins.optionValuesTimeout",
    .duration(in: .seconds, .seconds(1) ... .seconds(600)), default: .seconds(30),
    "How long a plugin may take to list an option's values; a plain number is seconds.")

  /// Values for plugins of all projects, by service.
  static let values = PluginService.allCases.map { service in
    ConfigurationFamily(
      "framework.plugin.\(service.rawValue).",
      "A value for a plugin: framework.plugin.\(service.rawValue).PROVIDER.PROPERTY.")
  }
}

/// Where the scripts of `WorkflowNodeStep` plugins run.
enum NodeStepPlace: String, Sendable, Hashable, CaseIterable {
  /// On the agent of the host of the member that carries the execution.
  case server
  /// On the agent of each node.
  case node
}
