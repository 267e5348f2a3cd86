import HTTPTypes
import Model
import Store
import Testing

@testable import API

@Suite struct OutputTests {
  private static let lines = ["one", "zwei 🙂", "三 <output>", "four"]

  private static func with(_ body: @Sendable (APIFixture) async throws -> Void) async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      _ = try await api.post("/project/P/run/command?exec=a")
      try await body(api)
    }
  }

  private static func logs(_ answer: Answer) -> [String] {
    answer.json["entries"]?.elements?.compactMap { $0["log"]?.scalar } ?? []
  }

  @Test(arguments: ["&maxlines=1", ""])
  func `OUT-01 to OUT-04 polling by offset collects every line once and in order`(
    limit: String
  ) async throws {
    try await Self.with { api in
      var (offset, seen) = ("0", [String]())
      for line in Self.lines {
        try await api.print([line], to: 1)
        let answer = try await api.get("/execution/1/output?offset=\(offset)\(limit)")
        #expect(answer.json["id"] == .text("1") && answer.json["execCompleted"] == false)
        seen += Self.logs(answer)
        offset = answer.json["offset"]?.scalar ?? ""
      }
      try await api.executions.end(ExecutionID(1), .succeeded)
      let last = try await api.get("/execution/1/output?offset=\(offset)")
      #expect(last.json["completed"] == true && last.json["execCompleted"] == true)
      #expect(seen + Self.logs(last) == Self.lines)
    }
  }

  @Test func `what has not changed since the given time is said to be unmodified`() async throws {
    try await Self.with { api in
      try await api.print(["one"], to: 1)
      let first = try await api.get("/execution/1/output").json
      let offset = first["offset"]?.scalar ?? ""
      let modified = first["lastModified"]?.scalar ?? ""
      let again = try await api.get("/execution/1/output?offset=\(offset)&lastmod=\(modified)")
      #expect(again.json["unmodified"] == true && Self.logs(again) == [])
    }
  }

  @Test func `OUT-05 and OUT-06 text comes with its place in headers, bytes as they were printed`()
    async throws
  {
    try await Self.with { api in
      try await api.print(Self.lines, to: 1)
      try await api.executions.end(ExecutionID(1), .succeeded)
      let answer = try await api.send(
        .get, "/execution/1/output?offset=0", headers: ["Accept": "text/plain"])
      #expect(answer.text == Self.lines.map { "\($0)\n" }.joined())
      #expect(answer.header("X-Rundeck-Exec-Completed") == "true")
      #expect(answer.header("X-Rundeck-ExecOutput-Completed") == "true")
      #expect(answer.header("X-Rundeck-ExecOutput-Unmodified") == "false")
      #expect(answer.header("X-Rundeck-ExecOutput-LastModifed") != nil)
      let offset = answer.header("X-Rundeck-ExecOutput-Offset") ?? ""
      let rest = try await api.send(
        .get, "/execution/1/output?offset=\(offset)", headers: ["Accept": "text/plain"])
      #expect(rest.text.isEmpty && Int64(offset) ?? 0 > 0)
    }
  }

  @Test(arguments: 1...4)
  func `OUT-07 the last lines are exactly those`(count: Int) async throws {
    try await Self.with { api in
      try await api.print(Self.lines, to: 1)
      try await api.executions.end(ExecutionID(1), .succeeded)
      let answer = try await api.send(
        .get, "/execution/1/output?lastlines=\(count)", headers: ["Accept": "text/plain"])
      #expect(answer.text == Self.lines.suffix(count).map { "\($0)\n" }.joined())
    }
  }

  @Test func `OUT-08 output.text is the whole output`() async throws {
    try await Self.with { api in
      try await api.print(Self.lines, to: 1)
      let answer = try await api.get("/execution/1/output.text")
      #expect(answer.text == Self.lines.map { "\($0)\n" }.joined())
    }
  }

  @Test func `an entry names its time, level, node and step`() async throws {
    try await Self.with { api in
      try await api.print(["one"], to: 1)
      let entry = try await api.get("/execution/1/output/node/here").json["entries"]?.elements?
        .first
      #expect(entry?["time"] == "00:00:02" && entry?["absolute_time"] == "1970-01-01T00:00:02Z")
      #expect(entry?["level"] == "NORMAL" && entry?["node"] == "here" && entry?["stepctx"] == "1")
      let other = try await api.get("/execution/1/output/node/other")
      #expect(Self.logs(other) == [])
    }
  }

  @Test func `nodes are said to have failed once the execution has ended and names them`()
    async throws
  {
    try await Self.with { api in
      let running = try await api.get("/execution/1/output").json
      #expect(running["hasFailedNodes"] == false && running["execState"] == "running")
      try await api.executions.end(ExecutionID(1), .failed)
      let ended = try await api.get("/execution/1/output").json
      let named = try await api.get("/execution/1").json["failedNodes"]?.elements ?? []
      #expect(ended["hasFailedNodes"] == .boolean(!named.isEmpty))
      #expect(ended["execState"] == "failed")
    }
  }

  @Test func `nobody needs to wait for another member's log`() async throws {
    try await Self.with { api in
      let answer = try await api.get("/execution/1/output").json
      #expect(answer["retryBackoff"] == 0 && answer["clusterExec"] == false)
    }
  }

  @Test func `an entry tells its stream from version 43 on`() async throws {
    try await Self.with { api in
      try await api.print(["one"], to: 1)
      let entries = try await api.get("/execution/1/output").json["entries"]?.elements
      #expect(entries?.first?["metadata"] == ["stream": "stdout"])
      let old = try await api.send(.get, "/execution/1/output", version: "42").json["entries"]
      #expect(old?.elements?.count == 1 && old?.elements?.first?["metadata"] == nil)
    }
  }

  @Test func `a wrong parameter is refused by its name`() async throws {
    try await Self.with { api in
      let answer = try await api.get("/execution/1/output?offset=x")
      #expect(answer.status == 400 && answer.message?.contains("offset") == true)
      #expect(try await api.get("/execution/1/output?format=pdf").status == 415)
    }
  }

  @Test func `output is shown as the job's log filters say, and is stored as it was printed`()
    async throws
  {
    try await APIFixture.with { api in
      try await api.makeProject()
      let imported = try await api.send(
        .post, "/project/P/jobs/import", body: Self.filteringJob, type: "application/yaml")
      let job = imported.json["succeeded"]?.elements?.first?["id"]?.scalar ?? ""
      _ = try await api.post("/job/\(job)/run")
      try await api.print(["plain", "# an error"], to: 1)
      let shown = ["plain", "# an \u{1B}[31merror\u{1B}[0m"]
      let answer = try await api.get("/execution/1/output")
      #expect(Self.logs(answer) == shown)
      #expect(answer.json["entries"]?.elements?.map { $0["level"] } == ["VERBOSE", "NORMAL"])
      let text = try await api.get("/execution/1/output.text")
      #expect(text.text == shown.map { "\($0)\n" }.joined())
      let last = try await api.get("/execution/1/output?lastlines=1&format=text")
      #expect(last.text == "\(shown[1])\n")
      let stored = try await api.store.ask.logs.chunks(
        of: ExecutionID(1), from: 0, bytes: 1_000, selecting: .all)
      #expect(stored.count == 2 && stored.allSatisfy { !$0.data.contains(0x1B) })
    }
  }

  private static let filteringJob = """
    - name: filtered
      description: ''
      loglevel: INFO
      sequence:
        keepgoing: false
        strategy: node-first
        pluginConfig:
          LogFilter:
            - {type: highlight-output, config: {regex: '(error)', fgcolor: red}}
            - {type: render-formatted-data, config: {datatype: text/csv}}
        commands:
          - exec: date
            plugins:
              LogFilter:
                - {type: quiet-output, config: {regex: '^#', quietMatch: 'false'}}
    """
}
