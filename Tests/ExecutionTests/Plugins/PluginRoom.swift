import Model
import ScriptPlugin
import TestSupport

@testable import Execution

/// Plugins of one provider each, as members have them.
enum PluginRoom {
  /// - Parameters:
  ///   - more: further lines of the provider, without indentation.
  ///   - config: the items of its `config`, each a map in one line.
  static func plugin(
    _ service: String, _ more: [String] = [], config: [String] = [], format: String = "1.2",
    script: String = "echo hello\n"
  ) throws -> PluginArchive {
    var lines = [
      "name: example", "version: 1.0", "rundeckPluginVersion: \(format)", "providers:",
      "  - name: greet", "    service: \(service)", "    plugin-type: script",
      "    script-file: run.sh",
    ]
    lines += more.map { "    \($0)" }
    if !config.isEmpty { lines.append("    config:") }
    lines += config.map { "      - \($0)" }
    return try PluginArchive(
      ZipWriter(
        plugin: "example-plugin", yaml: lines.joined(separator: "\n"),
        files: ["run.sh": script, "lib/data.txt": "data"]
      ).bytes, fileName: "example-plugin.zip")
  }

  static func tools(
    _ plugin: PluginArchive?, framework: [String: String] = [:], project: [String: String] = [:],
    onNodes: Bool = false, keys: any KeyStorage = NoKeyStorage()
  ) -> MemberTools {
    MemberTools(
      plugins: PluginTools(
        installed: PluginSet(plugin.map { [($0, "/var/lib/x/example-plugin.zip")] } ?? []),
        framework: framework, projectSettings: { _ in project }, base: "/var/lib/x",
        nodeStepsRunOnNodes: onNodes), keys: keys)
  }

  static func step(_ settings: [String: String] = [:], nodeStep: Bool = true) -> WorkflowStep {
    WorkflowStep(
      .other(
        OtherStep(
          type: "greet", nodeStep: nodeStep,
          definition: [
            "configuration": .map(settings.map { JobEntry($0.key, .text($0.value)) })
          ])))
  }
}
