import HTTPTypes
import Model
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

  @Test func `a wrong parameter is refused by its name`() async throws {
    try await Self.with { api in
      let answer = try await api.get("/execution/1/output?offset=x")
      #expect(answer.status == 400 && answer.message?.contains("offset") == true)
      #expect(try await api.get("/execution/1/output?format=pdf").status == 415)
    }
  }
}
