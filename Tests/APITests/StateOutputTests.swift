import Model
import Spool
import Store
import Testing

@testable import API

/// `GET execution/ID/output/state`.
@Suite struct StateOutputTests {
  private static let second: Int64 = 1_000_000

  /// An execution whose step 1 began at second 1 and ended at second 4, and step 2 began at 6; lines were printed at
  /// 2, 3, 3 and 7.
  private static func with(_ body: @Sendable (APIFixture) async throws -> Void) async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      _ = try await api.post("/project/P/run/command?exec=a")
      try await put(api, "1", .succeeded, from: 1, to: 4)
      try await put(api, "2", .running, from: 6)
      for (time, text) in [(2, "a\n"), (3, "b\nc\n"), (7, "d\n")] as [(Int64, String)] {
        let frame = Frame(.stdout, time: time * second, text: text)
        try await api.store.ask.logs.append(
          LogChunkDraft(data: frame.bytes, lines: Int64(text.count / 2)), to: ExecutionID(1),
          step: "1", node: "here")
      }
      try await body(api)
    }
  }

  private static func put(
    _ api: APIFixture, _ step: String, _ state: StepState, from start: Int64, to end: Int64? = nil
  ) async throws {
    try await api.store.ask.run(
      """
      INSERT INTO step_state (execution_id, step, node, state, started_at, updated_at, ended_at)
      VALUES (1, $1, 'here', $2, $3, $3, $4)
      """,
      [
        .text(step), .text(state.rawValue), .integer(start * second),
        .integer(end.map { $0 * second }),
      ])
  }

  /// The entries as `log a` or `stepbegin 1`.
  private static func entries(_ answer: Answer) -> [String] {
    (answer.json["entries"]?.elements ?? []).map { entry in
      let type = entry["type"]?.scalar ?? ""
      return "\(type) \((type == "log" ? entry["log"] : entry["stepctx"])?.scalar ?? "")"
    }
  }

  private static let begun = ["stepbegin 1", "nodebegin 1", "log a", "log b", "log c"]
  private static let between = ["nodeend 1", "stepend 1", "stepbegin 2", "nodebegin 2"]

  @Test func `changes stand between the lines that were printed around them`() async throws {
    try await Self.with { api in
      let answer = try await api.get("/execution/1/output/state")
      #expect(Self.entries(answer) == Self.begun + Self.between + ["log d"])
      let entry = answer.json["entries"]?.elements?.first
      #expect(entry?["metadata"]?["executionState"] == "RUNNING")
      #expect(answer.json["id"] == "1" && answer.json["execCompleted"] == false)
    }
  }

  @Test(arguments: 1...5)
  func `pages that follow each other have each change once`(lines: Int) async throws {
    try await Self.with { api in
      var (offset, seen) = ("0", [String]())
      for _ in 0..<8 {
        let answer = try await api.get(
          "/execution/1/output/state?offset=\(offset)&maxlines=\(lines)")
        seen += Self.entries(answer)
        offset = answer.json["offset"]?.scalar ?? ""
      }
      #expect(seen == Self.begun + Self.between + ["log d"])
      // What is younger than the last line comes with the end.
      try await Self.put(api, "3", .succeeded, from: 8, to: 9)
      let running = try await api.get("/execution/1/output/state?offset=\(offset)")
      #expect(Self.entries(running).isEmpty && running.json["completed"] == false)
      try await api.executions.end(ExecutionID(1), .succeeded, at: 9 * Self.second)
      let last = try await api.get("/execution/1/output/state?offset=\(offset)")
      #expect(last.json["completed"] == true)
      #expect(
        Self.entries(last) == ["stepbegin 3", "nodebegin 3", "nodeend 3", "stepend 3"])
    }
  }

  @Test func `alone the changes come without lines, and the last lines with theirs`() async throws {
    try await Self.with { api in
      let alone = try await api.get("/execution/1/output/state?stateOnly=true")
      #expect(Self.entries(alone) == ["stepbegin 1", "nodebegin 1"] + Self.between)
      let last = try await api.get("/execution/1/output/state?lastlines=1")
      #expect(Self.entries(last) == Self.between + ["log d"])
      #expect(try await api.get("/execution/9/output/state").status == 404)
    }
  }
}
