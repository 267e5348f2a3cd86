import Glibc
import HTTPClient
import TestSupport
import Testing

/// Script plugins of each kind with a real member and a real agent.
@Suite struct CasesPlugins {
  /// A plugin with a provider of each kind; its scripts say what they know.
  private static let yaml = """
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
      - name: copy
        service: FileCopier
        plugin-type: script
        script-file: node.sh
    """

  private static let files = [
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
    "broken.sh": "#!/bin/sh\nexit 4\n",
    "lib/data.txt": "data of the plugin\n",
  ]

  /// A scenario whose member has loaded the plugin.
  private func withPlugin(
    _ settings: [String: String] = [:], _ body: (inout Scenario, String) async throws -> Void
  ) async throws {
    let folder = try makeTemporaryFolder("libext")
    defer { removeFolder(folder) }
    try install(in: folder)
    let settings = settings.merging(["rundeck.server.plugins.dir": folder]) { own, _ in own }
    try await Scenario.run(on: .sqlite, settings: settings) { scenario in
      try await loaded("node-greet", scenario.api)
      try await body(&scenario, folder)
    }
  }

  private func install(_ name: String = "example-plugin", in folder: String) throws {
    let bytes = ZipWriter(plugin: name, yaml: Self.yaml, files: Self.files).bytes
    let file = try #require(fopen("\(folder)/new", "w"))
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
    rename("\(folder)/new", "\(folder)/\(name).zip")
  }

  private func loaded(_ name: String, _ api: APIClient, _ isThere: Bool = true) async throws {
    _ = try await eventually("\(name) is loaded: \(isThere)") {
      let plugins = try await api.json("GET", "/plugin/list").items
      return plugins.contains { $0.name.text == name } == isThere ? true : nil
    }
  }

  private func run(_ api: APIClient, _ commands: String, more: String = "") async throws -> Int {
    let job = try await api.importJob(
      """
      - name: plugged
        sequence:
          keepgoing: true
          strategy: sequential
          commands:
      \(commands.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n"))
      \(more)
      """, into: "test")
    return try await api.run(job)
  }

  @Test func `steps of each kind run on the agent, with their settings and their files`()
    async throws
  {
    try await withPlugin { scenario, _ in
      let api = scenario.api
      let id = try await run(
        api,
        """
        - type: node-greet
          nodeStep: true
          configuration: {word: 'hello ${option.who}', pass: hunter2}
        - type: remote-greet
          nodeStep: true
        - type: once
          nodeStep: false
        """, more: "  options: [{name: who, value: you}]")
      #expect(try await api.ending(id) == "failed")
      let lines = try await api.output(id).split(separator: "\n")
      #expect(lines.first == "args hello you sidecar colour red node sidecar job plugged")
      #expect(lines.contains("data of the plugin"))
      #expect(lines.contains { $0.hasPrefix("secret ") } && !lines.contains("secret hunter2"))
      #expect(lines.contains("remote on sidecar in test"))
      #expect(lines.contains("once test home="))
      #expect(lines.contains("Failed: NonZeroResultCode: Result code was 7"))
      let base = try #require(lines.first { $0.hasPrefix("base /tmp/") }).dropFirst(5)
      #expect(access(String(base), F_OK) != 0, "the files are left in \(base)")
    }
  }

  @Test func `rubbish is kept as it was printed, and what cannot be started fails by its name`()
    async throws
  {
    try await withPlugin { scenario, _ in
      let api = scenario.api
      let id = try await run(
        api,
        """
        - type: rubbish
          nodeStep: true
        - type: strange
          nodeStep: true
        - type: nobody-has-it
          nodeStep: true
        - type: nobody-has-it
          nodeStep: false
        """)
      #expect(try await api.ending(id) == "failed")
      let output = try await api.output(id)
      #expect(output.contains("broken\n") && output.contains("\nend\n"))
      #expect(output.utf8.count > 3_000_000)
      #expect(output.contains("Result code was 127"))
      let missing = "PluginMissing: The step plugin 'nobody-has-it'"
      #expect(output.components(missing) == 2)
    }
  }

  @Test func `a plugin that goes between two steps is missed by the second one`() async throws {
    try await withPlugin { scenario, folder in
      let api = scenario.api
      let wait = scenario.mark("go")
      let id = try await run(
        api,
        """
        - type: remote-greet
          nodeStep: true
        - script: 'touch \(scenario.mark("first")); until test -e \(wait); do sleep 0.05; done'
        - type: remote-greet
          nodeStep: true
        """)
      try await scenario.wait(for: "first")
      remove("\(folder)/example-plugin.zip")
      try await loaded("node-greet", api, false)
      try scenario.set("go")
      #expect(try await api.ending(id) == "failed")
      let output = try await api.output(id)
      #expect(output.components("remote on sidecar in test") == 1)
      #expect(output.contains("The step plugin 'remote-greet'"))
      // And it is there again without a restart.
      try install(in: folder)
      try await loaded("node-greet", api)
    }
  }

  @Test func `the list has what is installed, and a bad file is refused in the log`() async throws {
    try await withPlugin { scenario, folder in
      try writeFile("\(folder)/bad-plugin.zip", "PK")
      _ = try await eventually("the log names the bad file") {
        let log = scenario.member.process.output
        return log.contains("Plugin refused") && log.contains("bad-plugin.zip") ? true : nil
      }
      let plugins = try await scenario.api.json("GET", "/plugin/list").items
      let greet = try #require(plugins.first { $0.name.text == "node-greet" })
      #expect(greet.artifactName.text == "Example" && greet.pluginVersion.text == "1.2.3")
      #expect(greet.service.text == "WorkflowNodeStep" && greet.builtin.bool == false)
      #expect(greet.title.text == "Greets for a node" && greet.author.text == "tests")
      #expect(greet.id.text?.count == 12)
      #expect(plugins.contains { $0.name.text == "localexec" && $0.builtin.bool == true })
      #expect(!plugins.contains { $0.name.text == "copy" })
    }
  }

  @Test func `settings of a known plugin are checked at import, those of others are kept`()
    async throws
  {
    try await withPlugin { scenario, _ in
      func answer(_ configuration: String, type: String = "node-greet") async throws
        -> JSONDocument
      {
        try await scenario.api.json(
          "POST", "/project/test/jobs/import?fileformat=yaml", type: "application/yaml",
          body: """
            - name: checked
              sequence:
                commands:
                - {type: \(type), nodeStep: true, configuration: \(configuration)}
            """)
      }
      let missing = try await answer("{colour: red}")
      #expect(
        missing.failed[0].error.text?.contains("configuration.word: must have a value") == true)
      let wrong = try await answer("{word: x, colour: pink}")
      #expect(wrong.failed[0].error.text?.contains("must be one of red, blue") == true)
      #expect(try await answer("{word: x}").succeeded.items.count == 1)
      let other = try await answer("{colour: pink}", type: "other")
      #expect(other.succeeded.items.count == 1)
    }
  }

  @Test func `a plugin's values for an option come from the agent, and its failure is told`()
    async throws
  {
    try await withPlugin { scenario, _ in
      let path = "/project/test/quarterdeck/option-values"
      let values = try await scenario.api.json("GET", "\(path)/list").items
      #expect(values.map(\.name.text) == ["a", "b"] && values.map(\.value.text) == ["1", "2:3"])
      let broken = try await scenario.api.send("GET", "\(path)/broken")
      #expect(broken.status == 502 && broken.text.contains("Result code was 4"))
      #expect(try await scenario.api.send("GET", "\(path)/none").status == 404)
      #expect(try await scenario.api.json("GET", "/projects").items.map(\.name.text) == ["test"])
    }
  }

  @Test func `notifications by a plugin are delivered by the agent, and one that hangs is ended`()
    async throws
  {
    try await withPlugin([
      "quarterdeck.plugins.notificationTimeout": "1", "quarterdeck.notification.attempts": "2",
      "quarterdeck.notification.pause": "10ms",
    ]) { scenario, _ in
      let api = scenario.api
      func notify(_ to: String) -> String {
        "\n    - plugin: {type: tell, configuration: {to: \(to)}}"
      }
      let id = try await run(
        api, "- exec: echo done",
        more: "  notification:\n    onsuccess:" + notify("ops") + notify("nobody") + notify("bad"))
      #expect(try await api.ending(id) == "succeeded")
      let told = try await eventually("all are settled") {
        let all = try await api.json("GET", "/execution/\(id)/notifications").notifications.items
        return all.allSatisfy { $0.state.text != "waiting" } && all.count == 3 ? all : nil
      }
      let states = told.map(\.state.text)
      #expect(states.sorted { $0 ?? "" < $1 ?? "" } == ["dead", "dead", "delivered"])
      let delivered = try #require(told.first { $0.state.text == "delivered" })
      #expect(delivered.deliveries[0].answer.text == "success succeeded to ops")
      #expect(delivered.deliveries[0].code.int == 0)
      let errors = told.compactMap(\.error.text)
      #expect(errors.contains { $0.contains("did not end in time") })
      #expect(errors.contains { $0.contains("Result code was 3") })
      // What ran for them is no execution of the project, and no project of anybody's.
      let listed = try await api.json("GET", "/project/test/executions").executions.items
      #expect(listed.compactMap(\.id.int) == [id])
      #expect(try await api.json("GET", "/projects").items.map(\.name.text) == ["test"])
    }
  }
}

extension String {
  /// How often a text is in this one.
  fileprivate func components(_ part: String) -> Int {
    var count = 0
    var rest = self[...]
    while let found = rest.firstRange(of: part) {
      count += 1
      rest = rest[found.upperBound...]
    }
    return count
  }
}
