import Glibc
import HTTPClient
import TestSupport
import Testing

/// A plugin with a provider of each kind, and members that have it.
enum ExamplePlugin {
  /// A plugin with a provider of each kind; its scripts say what they know.
  static let yaml = """
    name: Example
    version: 1.2.3
    rundeckPluginVersion: 1.2
    author: tests
    providers:
      - name: node-greet
        service: WorkflowNodeStep
        title: Greets for a node
        plugin-type: script
        script-interpreter: /bin/bash
        script-file: node.sh
        script-args: ${config.word} ${node.name}
        config:
          - {type: String, name: word, required: true}
          - {type: Select, name: colour, values: "red,blue", default: red}
          - {type: String, name: pass, renderingOptions: {displayType: PASSWORD}}
      - name: remote-greet
        service: RemoteScriptNodeStep
        plugin-type: script
        script-file: remote
      - name: once
        service: WorkflowStep
        plugin-type: script
        script-interpreter: sh
        script-file: sub/once.sh
        mergeEnvironment: false
      - name: rubbish
        service: RemoteScriptNodeStep
        plugin-type: script
        script-interpreter: sh
        script-file: rubbish.sh
      - name: strange
        service: RemoteScriptNodeStep
        plugin-type: script
        script-interpreter: /no/such/interpreter -x
        script-file: node.sh
      - name: tell
        service: Notification
        plugin-type: script
        script-interpreter: sh
        script-file: tell.sh
        config:
          - {type: String, name: to, required: true}
      - name: list
        service: OptionValues
        plugin-type: script
        script-interpreter: sh
        script-file: list.sh
      - name: broken
        service: OptionValues
        plugin-type: script
        script-file: broken.sh
      - name: slow
        service: OptionValues
        plugin-type: script
        script-interpreter: sh
        script-file: slow.sh
      - name: noise
        service: OptionValues
        plugin-type: script
        script-interpreter: sh
        script-file: rubbish.sh
      - name: cut
        service: OptionValues
        plugin-type: script
        script-interpreter: sh
        script-file: cut.sh
      - name: copy
        service: FileCopier
        plugin-type: script
        script-file: node.sh
    """

  static let files = [
    "node.sh": """
    echo "args $1 $2 colour $RD_CONFIG_COLOUR node $RD_NODE_NAME job $RD_JOB_NAME"
    echo "secret $RD_CONFIG_PASS"
    echo "base $RD_PLUGIN_BASE"
    test "$RD_PLUGIN_SCRIPTFILE" = "$0" && cat "$RD_PLUGIN_BASE/lib/data.txt"
    """,
    "remote": "#!/bin/sh\necho remote on $RD_NODE_NAME in $RD_RUNDECK_PROJECT\n",
    "sub/once.sh": "echo once $RD_JOB_PROJECT home=$HOME; exit 7\n",
    "rubbish.sh": "printf '\\377\\376\\000broken\\n'; yes x | head -c 3000000; echo; echo end\n",
    "tell.sh": """
    echo "$RD_NOTIFICATION_TRIGGER $RD_EXECUTION_STATUS to $RD_CONFIG_TO"
    test "$RD_CONFIG_TO" = nobody && sleep 600
    test "$RD_CONFIG_TO" = bad && exit 3
    exit 0
    """,
    "list.sh": "echo ==START_OPTIONS==; echo a:1; echo b:2:3; echo ==END_OPTIONS==\n",
    "cut.sh": "echo ==START_OPTIONS==; echo a:1\n",
    "slow.sh": "sleep 600\n",
    "broken.sh": "#!/bin/sh\nexit 4\n",
    "lib/data.txt": "data of the plugin\n",
  ]

  /// Runs `body` on a scenario whose member has loaded the plugin; it gets the member's folder of plugins.
  static func with(
    on engine: Engine = .sqlite, _ settings: [String: String] = [:],
    _ body: (inout Scenario, String) async throws -> Void
  ) async throws {
    let folder = try makeTemporaryFolder("libext")
    defer { removeFolder(folder) }
    try install(in: folder)
    let settings = settings.merging(["rundeck.server.plugins.dir": folder]) { own, _ in own }
    try await Scenario.run(on: engine, settings: settings) { scenario in
      try await loaded("node-greet", scenario.api)
      try await body(&scenario, folder)
    }
  }

  /// Puts the plugin into a folder in one step, as a file of that name with further files of that content.
  static func install(
    _ name: String = "example-plugin", in folder: String, more: [String: String] = [:]
  ) throws {
    let files = files.merging(more) { $1 }
    let bytes = ZipWriter(plugin: name, yaml: yaml, files: files).bytes
    let file = try #require(fopen("\(folder)/new", "w"))
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
    rename("\(folder)/new", "\(folder)/\(name).zip")
  }

  /// Waits until the member has a provider of that name, or has it no more.
  static func loaded(_ name: String, _ api: APIClient, _ isThere: Bool = true) async throws {
    _ = try await eventually("\(name) is loaded: \(isThere)") {
      let plugins = try await api.json("GET", "/plugin/list").items
      return plugins.contains { $0.name.text == name } == isThere ? true : nil
    }
  }

  /// A job of these steps.
  static func job(_ commands: String, more: String = "") -> String {
    """
    - name: plugged
      sequence:
        keepgoing: true
        strategy: sequential
        commands:
    \(commands.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n"))
    \(more)
    """
  }
}

extension APIClient {
  /// Imports a job of these steps and runs it; returns the execution's number.
  func runPlugged(_ commands: String, more: String = "") async throws -> Int {
    try await run(try await importJob(ExamplePlugin.job(commands, more: more), into: "test"))
  }
}

extension String {
  /// How often a text is in this one.
  func components(_ part: String) -> Int {
    var count = 0
    var rest = self[...]
    while let found = rest.firstRange(of: part) {
      count += 1
      rest = rest[found.upperBound...]
    }
    return count
  }
}
