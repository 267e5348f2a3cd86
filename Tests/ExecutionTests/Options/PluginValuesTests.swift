import Model
import Synchronization
import TestSupport
import Testing

@testable import Execution

/// Lists by plugin, and who was asked for them.
private final class PlayedValuePlugins: OptionValuePlugins {
  private let lists: [String: [String]]
  private let asked = Mutex<[String]>([])

  init(_ lists: [String: [String]]) { self.lists = lists }

  var questions: [String] { asked.withLock { $0 } }

  func values(
    by plugin: String, in project: String, within patience: Duration
  ) async throws(RemoteValuesError) -> [OptionChoice] {
    asked.withLock { $0.append("\(plugin)@\(project)") }
    guard let list = lists[plugin] else { throw .plugin(plugin, reason: "not here") }
    return list.map { OptionChoice(name: $0, value: $0) }
  }
}

/// Options whose values a plugin lists (`optionValuesPluginType`).
@Suite struct PluginValuesTests {
  private static func listed(_ name: String, by plugin: String, enforced: Bool = true) -> JobOption
  {
    var option = JobOption(name: name, enforced: enforced)
    option.kept["optionValuesPluginType"] = .text(plugin)
    return option
  }

  @Test func `a value must be one that the plugin lists or the definition has`() async throws {
    let plugins = PlayedValuePlugins(["list": ["a", "b"]])
    try await OptionDeskRoom.with(plugins: plugins) { (room: OptionDeskRoom) async throws in
      var option = Self.listed("o", by: "list")
      #expect(try await room.resolve([option], ["o": "a"]).plain == ["o": "a"])
      #expect(
        await room.messages([option], ["o": "c"]) == [
          "Option 'o' value: c was not in the allowed values: [a, b]"
        ])
      #expect(plugins.questions == ["list@p", "list@p"])
      option.values = ["mine"]
      #expect(try await room.resolve([option], ["o": "mine"]).plain == ["o": "mine"])
      option.enforced = false
      #expect(try await room.resolve([option], ["o": "x"]).plain == ["o": "x"])
      #expect(try await room.resolve([option]).plain.isEmpty)
      #expect(plugins.questions.count == 2)
    }
  }

  @Test func `a plugin is asked once for all options of a run, each of which has its order`()
    async throws
  {
    let plugins = PlayedValuePlugins(["list": ["b", "a"]])
    try await OptionDeskRoom.with(plugins: plugins) { (room: OptionDeskRoom) async throws in
      var sorted = Self.listed("s", by: "list", enforced: false)
      sorted.multivalued = true
      sorted.delimiter = ","
      sorted.multivalueAllSelected = true
      sorted.sortValues = true
      var plain = sorted
      plain.name = "t"
      plain.sortValues = false
      let last = Self.listed("u", by: "list")
      let resolved = try await room.resolve([sorted, plain, last], ["u": "a"])
      #expect(resolved.plain == ["s": "a,b", "t": "b,a", "u": "a"])
      #expect(plugins.questions == ["list@p"])
    }
  }

  @Test func `a plugin goes before an address, and its failure names the option and says why`()
    async throws
  {
    let plugins = PlayedValuePlugins(["list": ["a"]])
    let server = StepServer { _ in StepServer.json(#"["b"]"#) }
    try await OptionDeskRoom.with(plugins: plugins) { (room: OptionDeskRoom) async throws in
      var option = Self.listed("o", by: "list")
      option.valuesUrl = server.url()
      #expect(await room.messages([option], ["o": "b"]).count == 1)
      #expect(server.requests.isEmpty)
      let other = Self.listed("p", by: "none")
      #expect(
        await room.messages([option, other], ["o": "a", "p": "x"]) == [
          "Option 'p': its allowed values could not be fetched: "
            + "the option values plugin 'none' failed: not here"
        ])
      #expect(try await room.resolve([other]).plain.isEmpty)
    }
    try await OptionDeskRoom.with { (room: OptionDeskRoom) async throws in
      let messages = await room.messages([Self.listed("o", by: "list")], ["o": "a"])
      #expect(messages.first?.contains("runs no plugins for values") == true)
    }
  }

  @Test func `the values of an option can be asked for`() async throws {
    let plugins = PlayedValuePlugins(["list": ["z", "a"]])
    try await OptionDeskRoom.with(plugins: plugins) { (room: OptionDeskRoom) async throws in
      var option = Self.listed("o", by: "list")
      option.values = ["own"]
      let job = Job(name: "j", workflow: Workflow(steps: []), options: [option])
      let found = try await room.desk.values(
        of: "o", in: job, JobID("j"), project: "p", user: "u", given: [:])
      #expect(found?.choices.map(\.value) == ["own", "z", "a"])
      #expect(found?.isRemote == true && found?.plugin == "list" && found?.dependsOn == [])
    }
  }
}
