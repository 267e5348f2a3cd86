import HTTPClient
import TestSupport
import Testing

/// The cases OUT: output polled while it comes, and read back.
@Suite struct CasesOutput {
  /// Four lines with pauses that let polls fall between them.
  private static let lines = ["output line 1", "output line 2", "output line 3", "line four"]
  private static let slowly = lines.map { "echo \($0)" }.joined(separator: "; sleep 0.15; ")

  @Test(arguments: Engine.all)
  func `OUT-01 to 04 polling collects each line once, in order`(on engine: Engine) async throws {
    try await Scenario.run(on: engine) { scenario in
      let api = scenario.api
      #expect(try await poll(api, api.command(Self.slowly), lastmod: true) == Self.lines)
      let sent = try await api.json(
        "POST", "/project/test/run/script",
        body: #"{"project":"test","script":"\#(Self.slowly)"}"#)
      let script = try #require(sent.execution.id.int)
      #expect(try await poll(api, script, lastmod: true) == Self.lines)
      #expect(
        try await poll(api, api.command(Self.slowly), more: "&maxlines=1") == Self.lines)
      #expect(try await poll(api, api.command(Self.slowly)) == Self.lines)
    }
  }

  /// Asks with the offset (and the time) of the answer before until all is there.
  private func poll(
    _ api: APIClient, _ id: Int, lastmod: Bool = false, more: String = ""
  ) async throws -> [String] {
    var query = "offset=0"
    var lines: [String] = []
    return try await eventually("all output of execution \(id)") {
      let answer = try await api.json("GET", "/execution/\(id)/output?\(query)\(more)")
      #expect(answer.id == .text("\(id)"))
      lines += answer.entries.items.compactMap(\.log.text)
      if more.contains("maxlines=1") { #expect(answer.entries.items.count <= 1) }
      query = "offset=\(answer.offset.text ?? "")"
      if lastmod { query += "&lastmod=\(answer.lastModified.text ?? "")" }
      if answer.unmodified.bool == true { #expect(answer.entries.items.isEmpty) }
      return answer.completed.bool == true && answer.execCompleted.bool == true ? lines : nil
    }
  }

  @Test func `OUT-05 to 08 text is polled by headers, cut to last lines and kept byte by byte`()
    async throws
  {
    try await Scenario.run(on: .sqlite) { scenario in
      let api = scenario.api
      let id = try await api.command(Self.slowly)
      let whole = Self.lines.map { "\($0)\n" }.joined()
      #expect(try await pollText(api, id) == whole)
      for count in 1...4 {
        let last = try await api.send(
          "GET", "/execution/\(id)/output?lastlines=\(count)", accept: "text/plain")
        #expect(last.text == Self.lines.suffix(count).map { "\($0)\n" }.joined())
      }
      let text = try await api.send("GET", "/execution/\(id)/output.text", accept: "*/*")
      #expect(text.status == 200 && text.text == whole)
      #expect(text.headers["Content-Type"]?.hasPrefix("text/plain") == true)

      let strange = ["😀 <output> & \"quotes\"", "你好，世界", "tab\there"]
      let command = strange.map { "printf '%s\\n' '\($0)'" }.joined(separator: "; ")
      let unicode = try await api.command(command)
      #expect(try await pollText(api, unicode) == strange.map { "\($0)\n" }.joined())
    }
  }

  private func pollText(_ api: APIClient, _ id: Int) async throws -> String {
    var query = "offset=0"
    var text = ""
    return try await eventually("all text of execution \(id)") {
      let answer = try await api.send(
        "GET", "/execution/\(id)/output?\(query)", accept: "text/plain")
      #expect(answer.status == 200)
      text += answer.text
      let offset = answer.headers["X-Rundeck-ExecOutput-Offset"] ?? ""
      let modified = answer.headers["X-Rundeck-ExecOutput-LastModifed"] ?? ""
      query = "offset=\(offset)&lastmod=\(modified)"
      if answer.headers["X-Rundeck-ExecOutput-Unmodified"] == "true" { #expect(answer.text == "") }
      let isOver =
        answer.headers["X-Rundeck-Exec-Completed"] == "true"
        && answer.headers["X-Rundeck-ExecOutput-Completed"] == "true"
      return isOver ? text : nil
    }
  }

  @Test func `output is selected by node and step, and told apart by stream`() async throws {
    try await Scenario.run(on: .sqlite) { scenario in
      let api = scenario.api
      let job = try await api.importJob(
        """
        - name: two steps
          sequence:
            keepgoing: false
            strategy: node-first
            commands:
            - exec: echo first; echo wrong >&2
            - exec: echo second
        """, into: "test")
      let id = try await api.run(job)
      #expect(try await api.ending(id) == "succeeded")
      for (path, expected) in [
        ("/step/1", ["first", "wrong"]), ("/step/2", ["second"]),
        ("/node/sidecar", ["first", "wrong", "second"]), ("/node/sidecar/step/2", ["second"]),
        ("/node/other", []), ("/step/9", []),
      ] {
        let answer = try await api.json("GET", "/execution/\(id)/output\(path)")
        #expect(answer.entries.items.compactMap(\.log.text) == expected, "\(path)")
        #expect(answer.completed.bool == true, "\(path)")
      }
      let entries = try await api.json("GET", "/execution/\(id)/output").entries
      #expect(entries.items.map(\.level.text) == ["NORMAL", "ERROR", "NORMAL"])
      #expect(entries.items.map(\.stepctx.text) == ["1", "1", "2"])
      #expect(entries.items.allSatisfy { $0.node.text == "sidecar" })
    }
  }
}
