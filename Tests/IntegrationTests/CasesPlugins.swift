import Glibc
import HTTPClient
import TestSupport
import Testing

/// Steps by script plugins, with a real member and a real agent.
@Suite struct CasesPlugins {
  @Test(arguments: Engine.all)
  func `steps of each kind run on the agent, with their settings and their files`(
    on engine: Engine
  ) async throws {
    try await ExamplePlugin.with(on: engine) { scenario, _ in
      let api = scenario.api
      let id = try await api.runPlugged(
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
    try await ExamplePlugin.with { scenario, _ in
      let api = scenario.api
      let id = try await api.runPlugged(
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
    try await ExamplePlugin.with { scenario, folder in
      let api = scenario.api
      let wait = scenario.mark("go")
      let id = try await api.runPlugged(
        """
        - type: remote-greet
          nodeStep: true
        - script: 'touch \(scenario.mark("first")); until test -e \(wait); do sleep 0.05; done'
        - type: remote-greet
          nodeStep: true
        """)
      try await scenario.wait(for: "first")
      remove("\(folder)/example-plugin.zip")
      try await ExamplePlugin.loaded("node-greet", api, false)
      try scenario.set("go")
      #expect(try await api.ending(id) == "failed")
      let output = try await api.output(id)
      #expect(output.components("remote on sidecar in test") == 1)
      #expect(output.contains("The step plugin 'remote-greet'"))
      // And it is there again without a restart.
      try ExamplePlugin.install(in: folder)
      try await ExamplePlugin.loaded("node-greet", api)
    }
  }

  @Test func `the list has what is installed, and a bad file is refused in the log`() async throws {
    try await ExamplePlugin.with { scenario, folder in
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
    try await ExamplePlugin.with { scenario, _ in
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
}
