import HTTPTypes
import Testing

@testable import API

@Suite struct JobTests {
  @Test func `JOB-01 and IMP-13 a deleted or unknown job is 404 and named`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      let id = try await api.makeJob()
      #expect(try await api.send(.delete, "/job/\(id)").status == 204)
      let answer = try await api.get("/job/\(id)")
      #expect(answer.status == 404 && answer.message == "Job ID does not exist: \(id)")
      #expect(try await api.get("/job/9000").message == "Job ID does not exist: 9000")
    }
  }

  @Test(arguments: [
    ("jobFilter=test-jobs&groupPath=api/test-jobs", 2),
    ("jobFilter=test-jobs&groupPathExact=api/test-jobs", 1),
    ("jobExactFilter=test-jobs&groupPath=api/test-jobs", 1), ("groupPath=api/test-jobs", 2),
    ("jobExactFilter=test-jobs&groupPathExact=api/test-jobs", 1),
    ("jobExactFilter=test&groupPathExact=api/test-jobs", 0),
    ("jobExactFilter=test-jobs&groupPathExact=api", 0),
    ("jobFilter=test-jobs&groupPathExact=-", 1), ("idlist=fakeId", 0), ("idlist=A,B,C", 3),
    ("scheduledFilter=false", 3), ("max=2", 2), ("offset=3&max=10", 0), ("", 3),
  ])
  func `JOB-02 and JOB-03 the list follows its filters`(query: String, count: Int) async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      try await api.makeJob("test-jobs", group: "api/test-jobs", uuid: "A")
      try await api.makeJob("test-jobs another job", group: "api/test-jobs/sub-group", uuid: "B")
      try await api.makeJob("test-jobs top level", uuid: "C")
      let answer = try await api.get("/project/P/jobs?\(query)")
      #expect(answer.status == 200 && answer.json.elements?.count == count, "\(answer.text)")
    }
  }

  @Test func `JOB-04 and JOB-05 a job imported twice fails the second time, and keeps its steps`()
    async throws
  {
    try await APIFixture.with { api in
      try await api.makeProject()
      try await api.makeJob("a", uuid: "A")
      let again = try await api.send(
        .post, "/project/P/jobs/import", body: APIFixture.yaml("a", uuid: "A"),
        type: "application/yaml")
      #expect(again.json["failed"]?.elements?.count == 1)
      let commands = try await api.get("/job/A").json.elements?.first?["sequence"]?["commands"]
      #expect(commands?.elements?.compactMap { $0["exec"]?.scalar } == ["echo one", "echo two"])
    }
  }

  @Test(arguments: ["schedule", "execution"])
  func `JOB-07 to JOB-10 the switches are set for one job and for several`(
    which: String
  ) async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      try await api.makeJob("a", uuid: "A")
      try await api.makeJob("b", uuid: "B")
      let field = "\(which)Enabled"
      let one = try await api.post("/job/A/\(which)/disable")
      #expect(one.json == ["success": true])
      #expect(try await api.get("/job/A").json.elements?.first?[field] == false)
      let both = try await api.post("/jobs/\(which)/enable", #"{"idlist":["A","B","X"]}"#)
      #expect(both.json["requestCount"] == 3 && both.json["allsuccessful"] == false)
      #expect(both.json["failed"]?.elements?.first?["errorCode"] == "notfound")
      #expect(try await api.get("/job/A").json.elements?.first?[field] == true)
    }
  }

  @Test func `JOB-09 a run of a disabled job is refused and adds no execution`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      let id = try await api.makeJob()
      _ = try await api.post("/job/\(id)/execution/disable")
      #expect(try await api.post("/job/\(id)/run").status == 400)
      #expect(try await api.get("/job/\(id)/executions").json["paging"]?["total"] == 0)
      _ = try await api.post("/job/\(id)/execution/enable")
      #expect(try await api.post("/job/\(id)/run").status == 200)
    }
  }

  @Test func `several jobs are deleted in one request`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      try await api.makeJob("a", uuid: "A")
      let answer = try await api.post("/jobs/delete?ids=A&idlist=X")
      #expect(answer.json["succeeded"]?.elements?.first?["id"] == "A")
      #expect(answer.json["failed"]?.elements?.first?["id"] == "X")
      #expect(try await api.post("/jobs/delete").errorCode == "api.error.parameter.required")
    }
  }
}
