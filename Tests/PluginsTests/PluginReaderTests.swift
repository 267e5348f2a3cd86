import Glibc
import ScriptPlugin
import TestSupport
import Testing

@testable import Plugins

@Suite struct PluginReaderTests {
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = try makeTemporaryFolder("plugins")
    defer { removeFolder(folder) }
    try body(folder)
  }

  private func put(_ name: String, version: String = "1", in folder: String) throws {
    let yaml = """
      name: \(name)
      version: \(version)
      rundeckPluginVersion: 1.2
      providers:
        - {name: greet, service: WorkflowNodeStep, plugin-type: script, script-file: run.sh}
      """
    let bytes = ZipWriter(plugin: "\(name)-plugin", yaml: yaml, files: ["run.sh": "echo"]).bytes
    try write(bytes, to: "\(folder)/\(name)-plugin.zip")
  }

  private func write(_ bytes: [UInt8], to path: String) throws {
    let file = try #require(fopen(path, "w"))
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
  }

  @Test func `what appears, changes and goes is noticed, and a bad file hinders no other`() throws {
    try withFolder { folder in
      var reader = PluginReader(PluginFolder(path: folder, limits: ZipLimits()))
      #expect(try reader.look().isEmpty)
      try put("a", in: folder)
      try write([1, 2, 3], to: "\(folder)/bad-plugin.zip")
      try write([], to: "\(folder)/other.zip")
      let first = try reader.look()
      #expect(Array(first.loaded.keys) == ["a-plugin.zip"])
      #expect(first.refused["bad-plugin.zip"]?.contains("damaged") == true)
      #expect(reader.plugins.all.map(\.provider.name) == ["greet"])
      #expect(reader.plugins.all.map(\.file) == ["\(folder)/a-plugin.zip"])
      #expect(try reader.look().isEmpty)
      try put("a", version: "10.0.1", in: folder)
      #expect(try reader.look().loaded["a-plugin.zip"]?.version == "10.0.1")
      remove("\(folder)/a-plugin.zip")
      #expect(try reader.look().removed == ["a-plugin.zip"])
      #expect(reader.plugins.all.isEmpty)
    }
  }

  @Test func `the newest of several plugins counts`() throws {
    try withFolder { folder in
      var reader = PluginReader(PluginFolder(path: folder, limits: ZipLimits()))
      for (name, version) in [("a", "1.9"), ("b", "1.10.0"), ("c", "1.10")] {
        try put(name, version: version, in: folder)
      }
      _ = try reader.look()
      let found = reader.plugins.find(.init(service: .nodeStep, name: "greet"))
      #expect(found?.plugin.name == "b")
      #expect(reader.plugins.find(.init(service: .workflowStep, name: "greet")) == nil)
    }
  }

  @Test func `no folder has no plugins, and what is no folder is a problem`() throws {
    try withFolder { folder in
      var none = PluginReader(PluginFolder(path: "\(folder)/none", limits: ZipLimits()))
      #expect(try none.look().isEmpty)
      try write([], to: "\(folder)/file")
      var file = PluginReader(PluginFolder(path: "\(folder)/file", limits: ZipLimits()))
      #expect(throws: PluginFolder.Unreadable.self) { try file.look() }
    }
  }

  @Test func `a file that is larger than allowed is refused`() throws {
    try withFolder { folder in
      try put("a", in: folder)
      var reader = PluginReader(
        PluginFolder(
          path: folder, limits: ZipLimits(archiveBytes: 100, entries: 9, contentBytes: 9))
      )
      #expect(try reader.look().refused["a-plugin.zip"]?.contains("too large") == true)
    }
  }
}
