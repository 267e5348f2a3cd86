import Model
import ScriptPlugin
import Testing
import Wire

@testable import Execution

@Suite struct PluginStepTests {
  private func run(
    _ plugin: PluginArchive?, _ settings: [String: String] = [:], nodeStep: Bool = true,
    options: [String: String] = [:], secure: [String: String] = [:],
    framework: [String: String] = [:], project: [String: String] = [:], onNodes: Bool = false,
    keys: any KeyStorage = NoKeyStorage()
  ) async throws -> MemberStepResult {
    try await StepRoom.run(
      StepRoom.context(
        PluginRoom.step(settings, nodeStep: nodeStep), options: options, secure: secure,
        node: nodeStep ? "web1" : nil),
      PluginRoom.tools(plugin, framework: framework, project: project, onNodes: onNodes, keys: keys)
    )
  }

  private func sidecar(_ result: MemberStepResult) throws -> StepSpecification {
    guard case .sidecar(let specification) = result.end else {
      throw UnfitStep(message: "\(result.end)")
    }
    return specification
  }

  @Test
  func `a node step runs on the server's host for each node, unless the member says otherwise`()
    async throws
  {
    let plugin = try PluginRoom.plugin("WorkflowNodeStep")
    let specification = try sidecar(try await run(plugin))
    #expect(specification.environment["RD_NODE_NAME"] == "web1")
    _ = try StepRoom.specification(try await run(plugin, onNodes: true))
  }

  @Test func `a remote script runs on its node, a workflow step once on the server's host`()
    async throws
  {
    _ = try StepRoom.specification(try await run(try PluginRoom.plugin("RemoteScriptNodeStep")))
    _ = try sidecar(try await run(try PluginRoom.plugin("WorkflowStep"), nodeStep: false))
  }

  @Test(arguments: [true, false]) func `a plugin that the member lacks is named`(nodeStep: Bool)
    async throws
  {
    let other = try PluginRoom.plugin("Notification")
    for plugin in [nil, other] {
      let failure = StepRoom.failure(try await run(plugin, nodeStep: nodeStep))
      #expect(failure?.reason == "PluginMissing")
      #expect(failure?.message.contains("'greet'") == true)
      #expect(failure?.message.hasSuffix("is not installed on the member server") == true)
    }
  }

  @Test func `interpreter, script and arguments are the command, references replaced`() async throws
  {
    let plugin = try PluginRoom.plugin(
      "WorkflowNodeStep",
      [
        "script-interpreter: /bin/bash -e",
        #"script-args: ${config.word} --on "${node.name}" ${plugin.base}"#,
      ], config: ["{name: word, type: String}"])
    let specification = try sidecar(
      try await run(plugin, ["word": "two ${option.x}"], options: ["x": "words; rm -rf /"]))
    let folder = specification.arguments[4]
    #expect(folder.hasPrefix("/tmp/quarterdeck-plugin-") && folder.utf8.count == 56)
    #expect(
      Array(specification.arguments.dropFirst(5)) == [
        "/bin/bash", "-e", "\(folder)/contents/run.sh", "two words; rm -rf /", "--on", "web1",
        "\(folder)/contents",
      ])
    #expect(specification.environment["RD_CONFIG_WORD"] == "two words; rm -rf /")
    #expect(specification.environment["RD_PLUGIN_SCRIPTFILE"] == "\(folder)/contents/run.sh")
    #expect(specification.environment["RD_PLUGIN_FILE"] == "/var/lib/x/example-plugin.zip")
    #expect(specification.environment["RD_RUNDECK_BASE"] == "/var/lib/x")
    #expect(specification.environment["RD_RUNDECK_PROJECT"] == "p")
  }

  @Test func `quoted arguments are one with the script`() async throws {
    let plugin = try PluginRoom.plugin(
      "WorkflowNodeStep",
      [
        "script-interpreter: bash -c", "interpreter-args-quoted: true",
        "script-args: [a b, '${node.name}']",
      ])
    let specification = try sidecar(try await run(plugin))
    #expect(
      specification.arguments.last
        == "\(specification.arguments[4])/contents/run.sh 'a b' web1")
  }

  @Test func `a remote script's copy may have another extension`() async throws {
    let plugin = try PluginRoom.plugin(
      "RemoteScriptNodeStep",
      ["use-original-extension: false", "script-file-extension: .ps1"])
    let specification = try StepRoom.specification(try await run(plugin))
    #expect(specification.arguments.last == "\(specification.arguments[4])/script.ps1")
    let archive = String(decoding: try #require(specification.standardInput), as: UTF8.self)
    #expect(archive.contains("script.ps1") && archive.contains("contents/lib/data.txt"))
  }

  @Test func `values come from the step, the project, the server or the default, as scopes allow`()
    async throws
  {
    let plugin = try PluginRoom.plugin(
      "WorkflowNodeStep",
      config: [
        "{name: own}", "{name: both}", "{name: deep}", "{name: last, default: d}",
        "{name: alone, scope: InstanceOnly, default: i}", "{name: ours, scope: Project}",
        "{name: theirs, scope: ProjectOnly}", "{name: top, scope: Framework}",
      ])
    let key = "plugin.WorkflowNodeStep.greet."
    let names = ["both", "deep", "alone", "ours", "theirs", "top"]
    let framework = names.map { ("WorkflowNodeStep.greet.\($0)", "f") }
    let project = names.filter { $0 != "deep" }.map { ("project.\(key)\($0)", "p") }
    let step = ["own": "s", "ours": "s", "top": "s"]
    let environment = try sidecar(
      try await run(
        plugin, step, framework: Dictionary(uniqueKeysWithValues: framework),
        project: Dictionary(uniqueKeysWithValues: project))
    ).environment
    let values = ["OWN", "BOTH", "DEEP", "LAST", "ALONE", "OURS", "THEIRS", "TOP"]
      .map { environment["RD_CONFIG_\($0)"] ?? "" }
    #expect(values == ["s", "p", "f", "d", "i", "p", "p", "f"])
  }

  @Test func `references without a value are blank or stay, as the property says`() async throws {
    let plugin = try PluginRoom.plugin(
      "WorkflowNodeStep", config: ["{name: a}", "{name: b, blankIfUnexpanded: false}"])
    let settings = ["a": "x${option.none}", "b": "x${option.none}${node.name}"]
    let environment = try sidecar(try await run(plugin, settings)).environment
    #expect(environment["RD_CONFIG_A"] == "x")
    #expect(environment["RD_CONFIG_B"] == "x${option.none}web1")
  }

  @Test func `what is missing or not allowed fails by its name`() async throws {
    let plugin = try PluginRoom.plugin(
      "WorkflowNodeStep",
      config: ["{name: must, required: true}", "{name: colour, type: Select, values: 'a,b'}"])
    for (settings, message) in [
      ([:], "The setting must must have a value"),
      (["must": "${option.none}"], "The setting must must have a value"),
      (["must": "x", "colour": "${option.c}"], "The setting colour must be one of a, b"),
    ] {
      let failure = StepRoom.failure(try await run(plugin, settings, options: ["c": "z"]))
      #expect(failure?.reason == "ConfigurationFailure" && failure?.message == message)
    }
  }

  @Test func `passwords and secure options are hidden in the output`() async throws {
    let plugin = try PluginRoom.plugin(
      "WorkflowNodeStep",
      config: [
        "{name: word, renderingOptions: {displayType: PASSWORD}}",
        "{name: key, renderingOptions: {valueConversion: PRIVATE_DATA_CONTEXT}}",
        "{name: path, renderingOptions: {valueConversion: STORAGE_PATH_AUTOMATIC_READ, valueConversionFailure: remove}}",
      ])
    let settings = ["word": "hunter2", "key": "option.token", "path": "keys/x"]
    let specification = try sidecar(
      try await run(plugin, settings, secure: ["token": "s3cret"]))
    #expect(specification.environment["RD_CONFIG_KEY"] == "s3cret")
    #expect(specification.environment["RD_CONFIG_PATH"] == nil)
    let secrets = specification.secrets.map { String(decoding: $0, as: UTF8.self) }
    #expect(secrets.contains("hunter2") && secrets.contains("s3cret"))
    #expect(!specification.arguments.contains { $0.contains("hunter2") || $0.contains("s3cret") })
  }

  @Test func `paths of the key storage are refused unless the property says what else`()
    async throws
  {
    let rendering = "renderingOptions: {valueConversion: STORAGE_PATH_AUTOMATIC_READ"
    let refused = try PluginRoom.plugin(
      "WorkflowNodeStep", config: ["{name: path, \(rendering)}}"])
    #expect(
      StepRoom.failure(try await run(refused, ["path": "keys/x"]))?.message.contains("key storage")
        == true)
    let kept = try PluginRoom.plugin(
      "WorkflowNodeStep", config: ["{name: path, \(rendering), valueConversionFailure: skip}}"])
    let specification = try sidecar(try await run(kept, ["path": "keys/x"]))
    #expect(specification.environment["RD_CONFIG_PATH"] == "keys/x")
  }

  private static let stored =
    "{name: path, renderingOptions: {valueConversion: STORAGE_PATH_AUTOMATIC_READ}}"

  @Test func `a path of the key storage becomes what is stored there, and is hidden`() async throws
  {
    let plugin = try PluginRoom.plugin("WorkflowNodeStep", config: [Self.stored])
    let keys = PlayedKeyStorage(["keys/project/p/db": .success("s3cret")])
    for path in ["keys/project/p/db", "keys/project/${option.project}/db"] {
      let specification = try sidecar(
        try await run(plugin, ["path": path], options: ["project": "p"], keys: keys))
      #expect(specification.environment["RD_CONFIG_PATH"] == "s3cret")
      #expect(specification.secrets == [Array("s3cret".utf8)])
      #expect(!specification.arguments.contains { $0.contains("s3cret") })
    }
    #expect(keys.questions.allSatisfy { $0 == "u@p keys/project/p/db" })
  }

  @Test
  func `a key that cannot be had fails the step by setting and path, or as the property says`()
    async throws
  {
    let keys = PlayedKeyStorage([
      "keys/no": .failure(.forbidden), "keys/bad": .failure(.unfit("it is no text")),
    ])
    let plugin = try PluginRoom.plugin("WorkflowNodeStep", config: [Self.stored])
    for (path, reason) in [
      ("keys/no", "keys/no of the key storage, but runs of this project may not read it"),
      ("keys/none", "nothing is stored"), ("keys/bad", "it is no text"),
      ("hunter2", "must be a path of the key storage"),
    ] {
      let failure = StepRoom.failure(try await run(plugin, ["path": path], keys: keys))
      #expect(failure?.reason == "ConfigurationFailure")
      #expect(failure?.message.hasPrefix("The setting path ") == true)
      #expect(failure?.message.contains(reason) == true, "\(failure?.message ?? "")")
      // It may be a password that somebody wrote into the definition.
      #expect(failure?.message.contains("hunter2") != true)
    }
    for (rule, value) in [("remove", nil), ("skip", "hunter2")] {
      let other = try PluginRoom.plugin(
        "WorkflowNodeStep",
        config: [Self.stored.replacing("_READ", with: "_READ, valueConversionFailure: \(rule)")])
      let specification = try sidecar(try await run(other, ["path": "hunter2"], keys: keys))
      #expect(specification.environment["RD_CONFIG_PATH"] == value)
    }
  }

  @Test func `a key storage that is away is asked until it answers`() async throws {
    let plugin = try PluginRoom.plugin("WorkflowNodeStep", config: [Self.stored])
    let keys = ReturningKeyStorage(after: 2, "s3cret")
    let specification = try sidecar(try await run(plugin, ["path": "keys/x"], keys: keys))
    #expect(specification.environment["RD_CONFIG_PATH"] == "s3cret")
    #expect(keys.count == 3)
  }
}
