import HTTPTypes
import Model
import Store
import TestSupport
import Testing

@testable import API

@Suite struct ProjectTests {
  @Test func `PRJ-01 and PRJ-02 a project is created once`() async throws {
    try await APIFixture.with { api in
      let body = #"{"name":"P","description":"d","config":{"a.b":"1","n":2}}"#
      let made = try await api.post("/projects", body)
      #expect(made.status == 201 && made.json["name"] == "P" && made.json["description"] == "d")
      #expect(made.json["config"]?["a.b"] == "1" && made.json["config"]?["n"] == "2")
      #expect(try await api.post("/projects", body).status == 409)
    }
  }

  @Test(arguments: [
    #"{"name":"a b"}"#, #"{"name":""}"#, #"{}"#, #"[]"#, #"{"name":"P","config":{"a":[1]}}"#, "{",
    #"{"name":"../x"}"#,
  ])
  func `PRJ-03 a wrong body is refused and writes nothing`(body: String) async throws {
    try await APIFixture.with { api in
      let answer = try await api.post("/projects", body)
      #expect(answer.status == 400 && answer.message?.isEmpty == false)
      #expect(try await api.store.ask.projects.all().isEmpty)
    }
  }

  @Test func `PRJ-04 a project shows its address, its date and its settings`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      let answer = try await api.send(.get, "/project/P", version: "14")
      #expect(answer.json["url"] == "http://localhost:4440/api/59/project/P")
      #expect(answer.json["description"] == "" && answer.json["created"]?.scalar?.isEmpty == false)
      let config = answer.json["config"]
      #expect(config?["project.name"] == "P")
      for key in [
        "service.FileCopier.default.provider", "service.NodeExecutor.default.provider",
        "project.ssh-authentication", "resources.source.1.type",
      ] { #expect(config?[key] != nil, "\(key)") }
    }
  }

  @Test func `PRJ-05 an unknown project is 404`() async throws {
    try await APIFixture.with { api in
      let answer = try await api.get("/project/NONE")
      #expect(answer.status == 404 && answer.errorCode == "api.error.project.missing")
      #expect(answer.json["apiversion"] == 59 && answer.json["error"] == true)
      #expect(answer.message == "Project does not exist: NONE")
    }
  }

  @Test func `PRJ-06 and PRJ-07 projects are listed and deleted`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      let list = try await api.get("/projects")
      #expect(list.json.elements?.first?["url"]?.scalar?.hasSuffix("/api/59/project/P") == true)
      #expect(list.json.elements?.first?["label"] == "")
      _ = try await api.post("/projects", #"{"name":"Q","config":{"project.label":"The Q"}}"#)
      let labels = try await api.get("/projects").json.elements?.map { $0["label"] }
      #expect(labels == ["", "The Q"])
      #expect(try await api.send(.delete, "/project/P/?deferred=false").status == 204)
      #expect(try await api.get("/project/P").status == 404)
    }
  }

  @Test func `the executions of a project are told to end before it is deleted`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      let run = try await api.post("/project/P/run/command?exec=true")
      let id = ExecutionID(run.json["execution"]?["id"]?.scalar.flatMap(Int64.init) ?? 0)
      let deletion = Task { try await api.send(.delete, "/project/P") }
      _ = try await eventually("the execution is told to end") {
        try await api.store.ask.executions.find(id)?.abortRequestedBy
      }
      #expect(try await api.get("/project/P").status == 200)
      try await api.executions.end(id, .aborted)
      #expect(try await deletion.value.status == 204)
      #expect(try await api.store.ask.executions.find(id) == nil)
    }
  }

  @Test func `a project whose executions go on is not deleted, and they are named`() async throws {
    let limits = APILimits(projectDeletion: .milliseconds(100))
    try await APIFixture.with(limits: limits) { api in
      try await api.makeProject()
      let run = try await api.post("/project/P/run/command?exec=true")
      let id = run.json["execution"]?["id"]?.scalar ?? "none"
      let answer = try await api.send(.delete, "/project/P?deferred=true")
      #expect(answer.status == 409 && answer.errorCode == "api.error.project.running")
      #expect(answer.message?.hasSuffix(": \(id)") == true)
      #expect(try await api.get("/project/P").status == 200)
    }
  }

  @Test func `PRJ-08 and PRJ-09 settings are read, written and removed`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      let type = "application/json"
      let put = try await api.send(
        .put, "/project/P/config/k.x", body: #"{"key":"k.x","value":"v"}"#, type: type)
      #expect(put.json == ["key": "k.x", "value": "v"])
      #expect(try await api.get("/project/P/config/k.x").json["value"] == "v")
      #expect(try await api.get("/project/P/config").json["k.x"] == "v")
      #expect(try await api.send(.delete, "/project/P/config/k.x").status == 204)
      #expect(try await api.get("/project/P/config/k.x").status == 404)
      let all = try await api.send(.put, "/project/P/config", body: #"{"a":"b"}"#, type: type)
      #expect(all.json["a"] == "b" && all.json["resources.source.1.type"] == nil)
    }
  }

  /// A setting, a value of it that cannot be used, and what the answer says is allowed.
  private static let refused = [
    ("project.execution.history.cleanup.enabled", "perhaps", "true or false"),
    ("project.execution.history.cleanup.retention.days", "-1", "a whole number, 0 to 36500"),
    ("project.execution.history.cleanup.retention.minimum", "many", "a whole number, 0 to"),
    ("project.execution.history.cleanup.batch", "0", "a whole number, 1 to 10000000"),
    ("project.execution.history.cleanup.schedule", "daily", "crontab"),
    ("project.globalfilter.2.config.regex", "(", "missing"),
  ]

  @Test(arguments: refused)
  func `a setting that cannot be used is refused by name, value and what is allowed`(
    key: String, value: String, allowed: String
  ) async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      let (type, all) = ("application/json", #"{"a":"b","\#(key)":"\#(value)"}"#)
      let answers = [
        try await api.send(.put, "/project/P/config", body: all, type: type),
        try await api.send(
          .put, "/project/P/config", body: "a=b\n\(key)=\(value)\n", type: "text/plain"),
        try await api.send(
          .put, "/project/P/config/\(key)", body: #"{"value":"\#(value)"}"#, type: type),
        try await api.post("/projects", #"{"name":"Q","config":\#(all)}"#),
      ]
      for answer in answers {
        #expect(answer.status == 400 && answer.errorCode == "api.error.parameter.invalid")
        let message = answer.message ?? ""
        #expect(message.contains(key) && message.contains("\"\(value)\""), "\(message)")
        #expect(message.contains(allowed), "\(message)")
      }
      #expect(try await api.get("/project/P/config").json["a"] == nil)
      #expect(try await api.get("/project/Q").status == 404)
    }
  }
}
