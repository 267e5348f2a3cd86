import Glibc
import HTTPClient
import TestSupport
import Testing

/// Uploaded files and plugins where members die, or do not have the same.
@Suite(.serialized) struct OptionsInClusterTests {
  private static let reader = """
    - name: reader
      options:
      - {name: doc, type: file, required: true}
      sequence:
        keepgoing: false
        strategy: node-first
        commands:
        - exec: 'wc -c < ${file.doc}; tail -c 4 ${file.doc}; echo; echo ${file.doc.fileName}'
    """

  @Test func `a file that a member took before it died is there for the run on another one`()
    async throws
  {
    try await ClusterScenario.run(members: 2) { scenario in
      let job = try await scenario.api(0).importJob(Self.reader, into: "test")
      // Several pieces of the store, and a piece that is not full.
      let content = String(repeating: "0123456789", count: 250_000) + "end!"
      let answer = try await scenario.api(0).json(
        "POST", "/job/\(job)/input/file/doc?fileName=a.txt", type: "application/octet-stream",
        body: content)
      let key = try #require(answer.options.doc.text)
      scenario.members[0].kill()
      let id = try await scenario.api(1).run(job, options: "{\"doc\":\"\(key)\"}")
      #expect(try await scenario.api(1).ending(id) == "succeeded")
      #expect(
        try await scenario.api(1).output(id) == "\(content.utf8.count)\nend!\na.txt\n")
      _ = try await eventually("the file is deleted by the member that is left") {
        let file = try await scenario.api(1).json("GET", "/jobs/file/\(key)")
        return file.fileState.text == "deleted" && file.execId.int == id ? true : nil
      }
    }
  }

  @Test func `a run for later has its file although the member that launched it dies before`()
    async throws
  {
    try await ClusterScenario.run(members: 2) { scenario in
      let api = scenario.api(1)
      let job = try await scenario.api(0).importJob(Self.reader, into: "test")
      let answer = try await scenario.api(0).json(
        "POST", "/job/\(job)/input/file/doc?fileName=b.txt", type: "application/octet-stream",
        body: "for later")
      let key = try #require(answer.options.doc.text)
      let launched = try await scenario.api(0).json(
        "POST", "/job/\(job)/run",
        body: "{\"options\":{\"doc\":\"\(key)\"},\"runAtTime\":\"\(Self.soon())\"}")
      let id = try #require(launched.id.int)
      scenario.members[0].kill()
      #expect(try await api.ending(id) == "succeeded")
      #expect(try await api.output(id) == "9\nater\nb.txt\n")
    }
  }

  /// A few seconds from now, as `runAtTime` has it.
  private static func soon() -> String {
    var seconds = time(nil) + 10
    var parts = tm()
    gmtime_r(&seconds, &parts)
    var text = [CChar](repeating: 0, count: 32)
    strftime(&text, text.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
  }

  @Test func `what needs a plugin that its member lacks fails and names the member`()
    async throws
  {
    try await ClusterScenario.run(members: 2) { scenario in
      let (first, second) = (scenario.api(0), scenario.api(1))
      let folders = ["member1", "member2"].map { "\(scenario.cluster.folder)/\($0)/libext" }
      for folder in folders { mkdir(folder, 0o700) }
      try ExamplePlugin.install(in: folders[0])
      try await ExamplePlugin.loaded("remote-greet", first)
      let job = try await first.importJob(
        ExamplePlugin.job(
          "- {type: remote-greet, nodeStep: true}\n- {type: once, nodeStep: false}",
          more: "  options: [{name: one, enforced: true, optionValuesPluginType: list}]"),
        into: "test")
      let good = try await first.run(job, options: #"{"one":"1"}"#)
      _ = try await first.ended(good)
      let output = try await second.output(good)
      #expect(output.contains("remote on ") && output.contains("once test"))
      // The second member is asked, and lacks it.
      let refusal = try await second.refusal(of: job, #"{"one":"1"}"#)
      #expect(
        refusal.contains(
          "PluginMissing: The plugin 'list' (OptionValues) is not installed on the member member2"))
      let bad = try await second.run(job)
      #expect(try await second.ending(bad) == "failed")
      let told = try await second.output(bad)
      for (name, service) in [
        ("remote-greet", "WorkflowNodeStep or RemoteScriptNodeStep"), ("once", "WorkflowStep"),
      ] {
        #expect(
          told.contains(
            "PluginMissing: The step plugin '\(name)' (\(service)) is not installed on the member "
              + "member2"))
      }
      // Once it has the plugin it needs no restart.
      try ExamplePlugin.install(in: folders[1])
      try await ExamplePlugin.loaded("remote-greet", second)
      let again = try await second.run(job, options: #"{"one":"2:3"}"#)
      _ = try await second.ended(again)
      #expect(try await second.output(again).contains("remote on "))
    }
  }
}
