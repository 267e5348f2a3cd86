import ScriptPlugin
import TestSupport
import Testing

@Suite struct PluginArchiveTests {
  private static let yaml = """
    name: Example
    version: 1.0.3
    rundeckPluginVersion: 1.2
    author: somebody
    date: 2026-01-02T03:04:05Z
    url: http://example.com
    rundeckCompatibilityVersion: 3.x
    providers:
      - name: greet
        service: WorkflowNodeStep
        title: Greets
        description: Says hello
        plugin-type: script
        script-interpreter: /bin/bash -e
        script-file: greet.sh
        script-args: ${config.word} --node "${node.name}"
        interpreter-args-quoted: true
        plugin-meta:
          glyphicon: user
        config:
          - type: String
            name: word
            title: Word
            required: true
            default: hello
            renderingOptions:
              displayType: PASSWORD
          - type: Select
            name: colour
            values: red, green,blue
            scope: Project
      - name: copy
        service: FileCopier
        plugin-type: script
        script-file: copy.sh
    """

  private func plugin(
    _ yaml: String = yaml, name: String = "example-1.0-plugin", files: [String: String]? = nil
  ) throws -> PluginArchive {
    try PluginArchive(
      ZipWriter(plugin: name, yaml: yaml, files: files ?? ["greet.sh": "echo", "lib/a.txt": "b"])
        .bytes, fileName: "\(name).zip")
  }

  private func refusal(_ yaml: String, files: [String: String]? = nil) -> String? {
    do {
      _ = try plugin(yaml, files: files)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test func `everything that is documented is read`() throws {
    let plugin = try plugin()
    #expect(plugin.name == "Example" && plugin.version == "1.0.3")
    #expect(plugin.formatVersion == "1.2" && plugin.author == "somebody")
    #expect(plugin.unused == ["FileCopier copy"])
    let provider = try #require(plugin.providers.first)
    #expect(provider.id == .init(service: .nodeStep, name: "greet"))
    #expect(provider.interpreter == "/bin/bash -e" && provider.interpreterArgsQuoted)
    #expect(provider.arguments == .line(#"${config.word} --node "${node.name}""#))
    #expect(provider.mergesEnvironment && provider.metadata == ["glyphicon": "user"])
    let (word, colour) = (provider.properties[0], provider.properties[1])
    #expect(word.required && word.standard == "hello" && word.isSecret && word.isOfInstance)
    #expect(colour.kind == .select && colour.values == ["red", "green", "blue"])
    #expect(colour.scope == .project && !colour.isOfInstance)
    #expect(plugin.files.map(\.path) == ["greet.sh", "lib/a.txt"])
    #expect(plugin.files.map(\.isExecutable) == [true, false])
  }

  @Test func `the first version of the format does not merge the environment`() throws {
    let yaml = Self.yaml.replacing("rundeckPluginVersion: 1.2", with: "rundeckPluginVersion: 1.0")
    #expect(try !plugin(yaml).providers[0].mergesEnvironment)
    let own = yaml.replacing("plugin-meta:", with: "mergeEnvironment: true\n    plugin-meta:")
    #expect(try plugin(own).providers[0].mergesEnvironment)
  }

  @Test func `arguments and interpreter may be lists`() throws {
    let yaml = Self.yaml
      .replacing("script-interpreter: /bin/bash -e", with: "script-interpreter: [/bin/bash, -e]")
      .replacing(
        #"script-args: ${config.word} --node "${node.name}""#, with: "script-args: [a b, c]")
    let provider = try plugin(yaml).providers[0]
    #expect(provider.interpreter == "/bin/bash -e" && provider.arguments == .list(["a b", "c"]))
  }

  @Test(arguments: [
    ("name: Example\n", "", "name: is missing"), ("version: 1.0.3\n", "", "version: is missing"),
    ("rundeckPluginVersion: 1.2\n", "", "rundeckPluginVersion: is missing"),
    ("rundeckPluginVersion: 1.2", "rundeckPluginVersion: 9", "must be 1.0"),
    ("providers:", "others:", "providers: is missing"),
    ("script-file: greet.sh", "script-file: ../greet.sh", "below contents/"),
    ("script-file: greet.sh", "script-file: none.sh", "no contents/none.sh"),
    ("script-file: greet.sh", "other: 1", "providers[0].script-file: is missing"),
    ("plugin-type: script", "plugin-type: java", "must be script"),
    ("type: Select", "type: Colour", "providers[0].config[1].type: is 'Colour'"),
    ("values: red, green,blue", "values: ''", "Select needs it"),
    ("name: colour", "name: word", "'word' is there twice"),
    ("scope: Project", "scope: Nowhere", "must be one of Framework"),
    ("required: true", "required: perhaps", "must be true or false"),
    ("config:", "config: 5\n    more:", "expected a list"),
    ("name: Example", "name: [", "not valid YAML"),
  ])
  func `what is wrong is named`(old: String, new: String, message: String) {
    let refusal = refusal(Self.yaml.replacing(old, with: new))
    #expect(refusal?.contains(message) == true, "\(refusal ?? "nothing")")
  }

  @Test func `aliases that multiply and documents that are too long are refused`() {
    var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      let items = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      bomb += "a\(level): &a\(level) [\(items)]\n"
    }
    #expect(refusal(bomb)?.contains("aliases expanded") == true)
    #expect(refusal(Self.yaml + String(repeating: "# x\n", count: 70_000)) != nil)
    #expect(refusal("") != nil)
    #expect(refusal("- a\n- b") != nil)
  }

  @Test func `file and folder must have the name that plugins have`() {
    let bytes = ZipWriter(plugin: "a-plugin", yaml: Self.yaml, files: ["greet.sh": ""]).bytes
    #expect(throws: PluginProblem.shape("the zip file has no b-plugin/plugin.yaml")) {
      try PluginArchive(bytes, fileName: "b-plugin.zip")
    }
    #expect(throws: PluginProblem.shape("the file's name must end with -plugin.zip")) {
      try PluginArchive(bytes, fileName: "a.zip")
    }
  }

  @Test func `settings are judged by their types`() throws {
    let yaml = Self.yaml.replacing("scope: Project", with: "required: true")
    let provider = try plugin(yaml).providers[0]
    #expect(provider.problems(with: ["colour": "red"]).isEmpty)
    #expect(provider.problems(with: ["colour": "${option.colour}"]).isEmpty)
    #expect(
      provider.problems(with: ["colour": "pink"]).map(\.message)
        == ["must be one of red, green, blue"])
    #expect(provider.problems(with: [:]).map(\.name) == ["colour"])
    for (kind, good, bad) in [
      (PluginProperty.Kind.integer, "-5", "5000000000"), (.long, "5000000000", "x"),
      (.boolean, "true", "yes"),
    ] {
      let property = PluginProperty(name: "x", kind: kind)
      #expect(property.problem(with: good) == nil && property.problem(with: bad) != nil)
    }
  }

  @Test func `random plugins are refused or have all that they name`() {
    let yaml = Array(Self.yaml.utf8)
    for seed in FuzzRounds(1_500) {
      var random = SeededGenerator(seed: seed)
      var changed = yaml
      for _ in 0..<Int.random(in: 1...5, using: &random) {
        let place = Int.random(in: changed.indices, using: &random)
        let other = Int.random(in: changed.indices, using: &random)
        switch Int.random(in: 0...2, using: &random) {
        case 0: changed[place] = UInt8.random(in: 9...126, using: &random)
        case 1:
          changed.insert(contentsOf: changed[min(place, other)..<max(place, other)], at: place)
        default: changed.removeSubrange(min(place, other)..<max(place, other))
        }
        if changed.isEmpty { changed = [10] }
      }
      guard let plugin = try? plugin(String(decoding: changed, as: UTF8.self)) else { continue }
      for provider in plugin.providers {
        let hasScript = plugin.files.contains { $0.path == provider.scriptFile && $0.isExecutable }
        #expect(hasScript, "seed \(seed)")
      }
    }
  }
}
