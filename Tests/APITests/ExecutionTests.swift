import HTTPTypes
import Model
import Store
import Testing

@testable import API

@Suite struct ExecutionAnswerTests {
  @Test func `EXE-01 an execution is shown with its number, addresses, project and user`()
    async throws
  {
    try await APIFixture.with { api in
      try await api.makeProject()
      _ = try await api.post("/project/P/run/command?exec=echo+hi")
      let answer = try await api.get("/execution/1")
      #expect(answer.json["id"] == 1 && answer.json["status"] == "running")
      #expect(answer.json["href"] == "http://localhost:4440/api/59/execution/1")
      #expect(answer.json["permalink"] != nil && answer.json["description"] == "echo hi")
      #expect(answer.json["project"] == "P" && answer.json["user"] == "admin")
      #expect(answer.json["date-started"]?["unixtime"] == 1_000)
      #expect(answer.json["date-started"]?["date"] == "1970-01-01T00:00:01Z")
    }
  }

  @Test func `EXE-02 to EXE-05 and EXE-09 an unknown execution is 404 and named as asked`()
    async throws
  {
    try await APIFixture.with { api in
      #expect(try await api.get("/execution/9999").status == 404)
      #expect(try await api.get("/execution/9999/output").status == 404)
      let deleted = try await api.send(.delete, "/execution/9999")
      #expect(deleted.status == 404 && deleted.errorCode == "api.error.item.doesnotexist")
      let state = try await api.get("/execution/000/state")
      #expect(state.status == 404 && state.message == "Execution does not exist: 000")
      #expect(try await api.post("/execution/999/abort").status == 404)
    }
  }

  @Test func `EXE-06 the state shows each step on each node`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      _ = try await api.post("/project/P/run/command?exec=id")
      try await api.store.ask.run(
        """
        INSERT INTO step_state (execution_id, step, node, state, started_at, updated_at, ended_at)
        VALUES (1, '1', 'here', 'SUCCEEDED', 1000000, 2000000, 2000000)
        """)
      try await api.executions.end(ExecutionID(1), .succeeded)
      let state = try await api.get("/execution/1/state").json
      #expect(state["executionState"] == "SUCCEEDED" && state["completed"] == true)
      #expect(state["targetNodes"] == ["here"] && state["serverNode"] == "here")
      let step = state["steps"]?.elements?.first
      #expect(step?["nodeStates"]?["here"]?["executionState"] == "SUCCEEDED")
      #expect(step?["id"] == "1" && step?["endTime"] == "1970-01-01T00:00:02Z")
      #expect(state["nodes"]?["here"]?.elements?.first?["stepctx"] == "1")
      let shown = try await api.get("/execution/1").json
      #expect(shown["successfulNodes"] == ["here"] && shown["failedNodes"] == nil)
    }
  }

  @Test func `EXE-08 an abort is pending, and names the execution by text`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      _ = try await api.post("/project/P/run/command?exec=sleep+120")
      let answer = try await api.post("/execution/1/abort")
      #expect(answer.json["abort"]?["status"] == "pending")
      #expect(answer.json["execution"]?["id"] == .text("1"))
      #expect(answer.json["execution"]?["status"] == "running")
      try await api.executions.end(ExecutionID(1), .aborted)
      let after = try await api.get("/execution/1").json
      #expect(after["status"] == "aborted" && after["abortedby"] == "admin")
    }
  }

  @Test func `an abort that is forced ends the execution as incomplete`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      _ = try await api.post("/project/P/run/command?exec=sleep+120")
      #expect(try await api.post("/execution/1/abort?forceIncomplete=maybe").status == 400)
      let pending = try await api.post("/execution/1/abort?forceIncomplete=false")
      #expect(pending.json["abort"]?["status"] == "pending")
      let answer = try await api.post("/execution/1/abort?forceIncomplete=true")
      #expect(answer.json["abort"]?["status"] == "aborted")
      #expect(answer.json["execution"]?["status"] == "incomplete")
    }
  }

  /// Two ad hoc commands, one of them failed, and a run of each of two jobs.
  private static func prepare(_ api: APIFixture) async throws {
    try await api.makeProject()
    try await api.makeJob("alpha", group: "g/sub", uuid: "A")
    try await api.makeJob("beta", uuid: "B")
    for path in [
      "/project/P/run/command?exec=true", "/project/P/run/command?exec=false", "/job/A/run",
      "/job/B/run",
    ] { _ = try await api.post(path) }
    for number in 1...4 {
      try await api.executions.end(
        ExecutionID(Int64(number)), number == 2 ? .failed : .succeeded)
    }
  }

  @Test(arguments: [
    ("begin=5000", 4), ("begin=2999-01-01T00:00:00Z", 0), ("end=4000", 0),
    ("jobIdListFilter=A", 1), ("jobIdListFilter=A&jobIdListFilter=B", 2),
    ("jobIdListFilter=X", 0), ("excludeJobIdListFilter=A", 1),
    ("excludeJobIdListFilter=A&excludeJobIdListFilter=B", 0), ("excludeJobIdListFilter=X", 2),
    ("jobFilter=alph", 1), ("jobFilter=none", 0), ("jobListFilter=g/sub/alpha", 1),
    ("jobListFilter=g/sub/alpha&jobListFilter=beta", 2), ("jobListFilter=alpha", 0),
    ("excludeJobListFilter=g/sub/alpha&excludeJobListFilter=beta", 0),
    ("excludeJobListFilter=beta", 1), ("excludeJobListFilter=none", 2),
    ("jobExactFilter=alpha", 1), ("jobExactFilter=alph", 0), ("groupPath=g", 1),
    ("groupPath=none", 0), ("groupPathExact=g/sub", 1), ("groupPathExact=g", 0),
    ("groupPathExact=-", 1), ("userFilter=admin", 4), ("userFilter=bob", 0),
    ("statusFilter=succeeded", 3), ("statusFilter=aborted", 0), ("adhoc=true", 2),
    ("adhoc=false", 2), ("descFilter=none", 0), ("max=2", 2), ("max=2&offset=3", 1),
  ])
  func `EXE-10 and EXE-11 the list follows its filters`(query: String, count: Int) async throws {
    try await APIFixture.with { api in
      try await Self.prepare(api)
      let answer = try await api.get("/project/P/executions?\(query)")
      #expect(answer.json["executions"]?.elements?.count == count, "\(answer.text)")
      #expect(answer.json["paging"]?["count"] == .integer(Int64(count)))
    }
  }

  @Test(arguments: ["begin=invalid", "max=-1", "adhoc=maybe", "recentFilter=2x"])
  func `a filter that cannot be read is a 400 that names it`(query: String) async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      let answer = try await api.get("/project/P/executions?\(query)")
      #expect(answer.status == 400)
      #expect(answer.message?.contains(String(query.prefix { $0 != "=" })) == true)
    }
  }

  @Test func `EXE-12 to EXE-14 running executions are listed for one, several and all projects`()
    async throws
  {
    try await APIFixture.with { api in
      try await api.makeProject()
      try await api.makeProject("Q")
      _ = try await api.post("/project/P/run/command?exec=a")
      for names in ["P", "P,Q", "*"] {
        let answer = try await api.get("/project/\(names)/executions/running?includePostponed=true")
        #expect(answer.json["executions"]?.elements?.count == 1, "\(names)")
      }
      let unknown = try await api.get("/project/NONE/executions/running")
      #expect(unknown.status == 404 && unknown.errorCode == "api.error.item.doesnotexist")
    }
  }

  @Test func `ended executions are deleted, running ones are not`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      for _ in 1...3 { _ = try await api.post("/project/P/run/command?exec=a") }
      try await api.executions.end(ExecutionID(1), .succeeded)
      try await api.executions.end(ExecutionID(2), .succeeded)
      #expect(try await api.send(.delete, "/execution/1").status == 204)
      #expect(try await api.send(.delete, "/execution/3").status == 409)
      let bulk = try await api.post("/executions/delete", "[2, 3, 77]")
      #expect(bulk.json["successCount"] == 1 && bulk.json["failedCount"] == 2)
      #expect(bulk.json["failures"]?.elements?.last?["message"] == "Not found: 77")
    }
  }
}
