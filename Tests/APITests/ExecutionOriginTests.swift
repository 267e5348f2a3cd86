import FoundationEssentials
import Model
import Store
import Testing

@testable import API

/// Why executions began, when, and on which member, as answers tell it.
@Suite struct ExecutionOriginTests {
  /// Three runs: one that somebody asked for, one of a schedule, one for later; each set up in its row.
  private static func prepare(_ api: APIFixture) async throws {
    try await api.makeProject()
    for _ in 1...3 { _ = try await api.post("/project/P/run/command?exec=true") }
    try await api.store.ask.run("UPDATE execution SET due_at = 1000000 WHERE id = 2")
    try await api.store.ask.run(
      "UPDATE execution SET due_at = 99000000, status = 'scheduled' WHERE id = 3")
  }

  @Test func `an execution says what began it, and one for later begins when it is due`()
    async throws
  {
    try await APIFixture.with { api in
      try await Self.prepare(api)
      let types = try await [1, 2, 3].asyncMap { try await api.get("/execution/\($0)").json }
      #expect(types.map { $0["executionType"] } == ["user", "scheduled", "user-scheduled"])
      #expect(types[2]["status"] == "scheduled")
      #expect(types[2]["date-started"]?["date"] == "1970-01-01T00:01:39Z")
      try await api.executions.end(ExecutionID(3), .succeeded)
      let ended = try await api.get("/execution/3").json
      #expect(ended["date-started"]?["date"] == "1970-01-01T00:00:01Z")
      #expect(ended["executionType"] == "user-scheduled")
    }
  }

  @Test(arguments: [("user", 1), ("scheduled", 2), ("user-scheduled", 3)])
  func `a list can be asked for what began its executions`(type: String, id: Int64) async throws {
    try await APIFixture.with { api in
      try await Self.prepare(api)
      let list = try await api.get("/project/P/executions?executionTypeFilter=\(type)").json
      #expect(list["executions"]?.elements?.map { $0["id"] } == [.integer(id)])
      #expect(list["paging"]?["total"] == 1)
    }
  }

  @Test func `a type that Rundeck does not have is a 400 that names the others`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      let answer = try await api.get("/project/P/executions?executionTypeFilter=lunar")
      #expect(answer.status == 400 && answer.message?.contains("user-scheduled") == true)
    }
  }

  @Test func `a queued execution shows its chosen member and how it was chosen`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      _ = try await api.post("/project/P/run/command?exec=true")
      #expect(try await api.get("/execution/1").json["decision"] == nil)
      let decision = RemoteExecutionDecision(
        policy: "Random", profile: "fast", candidates: [MemberID("second")],
        excluded: [.init(member: MemberID("first"), reason: "It is passive.")],
        chosen: MemberID("second"), reason: "It was drawn.", criteria: ["drawn": "1"])
      try await api.store.ask.run(
        """
        UPDATE execution SET status = 'queued', owner_member = NULL, owner_incarnation = NULL,
          chosen_member = 'second', decision = $1 WHERE id = 1
        """,
        [.text(String(decoding: try JSONEncoder().encode(decision), as: UTF8.self))])
      let shown = try await api.get("/execution/1").json
      #expect(shown["status"] == "queued" && shown["serverUUID"] == "second")
      let told = shown["decision"]
      #expect(told?["policy"] == "Random" && told?["profile"] == "fast")
      #expect(told?["chosen"] == "second" && told?["candidates"] == ["second"])
      #expect(told?["excluded"]?.elements?.first?["reason"] == "It is passive.")
      #expect(told?["criteria"]?["drawn"] == "1")
    }
  }
}

extension Sequence {
  fileprivate func asyncMap<Answer>(
    _ body: (Element) async throws -> Answer
  ) async rethrows -> [Answer] {
    var answers: [Answer] = []
    for element in self { answers.append(try await body(element)) }
    return answers
  }
}
