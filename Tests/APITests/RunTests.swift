import Execution
import HTTPTypes
import Model
import Synchronization
import Testing

@testable import API

@Suite struct RunTests {
  private static func run(_ api: APIFixture, _ id: String, _ query: String = "") async throws
    -> Int64
  {
    let answer = try await api.post("/job/\(id)/run\(query)")
    guard case .integer(let number)? = answer.json["id"] else { return -1 }
    return number
  }

  @Test func `RUN-01 and RUN-02 a job's executions are listed, filtered and paged`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      let id = try await api.makeJob()
      #expect(try await api.get("/job/\(id)/executions").json["executions"] == [])
      let first = try await Self.run(api, id, "?argString=-opt2+a")
      #expect(first > 0)
      try await api.executions.end(ExecutionID(first), .succeeded)
      _ = try await Self.run(api, id)
      for (query, count) in [
        ("", 2), ("?status=succeeded", 1), ("?status=running", 1), ("?max=1", 1),
        ("?max=1&offset=1", 1), ("?status=some_status", 0),
      ] {
        let list = try await api.get("/job/\(id)/executions\(query)")
        #expect(list.json["executions"]?.elements?.count == count, "\(query)")
      }
    }
  }

  @Test func `RUN-03 an unknown job is 404 and named`() async throws {
    try await APIFixture.with { api in
      let listed = try await api.get("/job/fake/executions")
      #expect(listed.message == "Job ID does not exist: fake")
      #expect(try await api.post("/job/fake/run").status == 404)
    }
  }

  @Test func `RUN-09 a job is not run by GET`() async throws {
    try await APIFixture.with { api in
      let answer = try await api.get("/job/J/run?argString=-a+b")
      #expect(answer.status == 405)
      #expect(try await api.get("/job/J/run?runAtTime=x").status == 405)
    }
  }

  @Test func `RUN-11 and RUN-13 options come from the JSON body and are shown`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      let id = try await api.makeJob()
      let answer = try await api.post(
        "/job/\(id)/run",
        #"{"options":{"opt1":"xyz","opt2":"def"},"filter":"name: x","loglevel":"debug"}"#)
      #expect(answer.status == 200)
      let request = api.executions.requests.withLock { $0.last }
      #expect(request?.options == ["opt1": "xyz", "opt2": "def"])
      #expect(request?.nodeFilter == "name: x" && request?.logLevel == "DEBUG")
      #expect(answer.json["job"]?["options"] == ["opt1": "xyz", "opt2": "def"])
    }
  }

  @Test func `options of the query and of a form win over argString`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      let id = try await api.makeJob()
      _ = try await api.send(
        .post, "/job/\(id)/executions?argString=-a+b&option.x=1", body: "option.y=two+words",
        type: "application/x-www-form-urlencoded")
      let request = api.executions.requests.withLock { $0.last }
      #expect(request?.options == ["x": "1", "y": "two words"] && request?.argString == nil)
    }
  }

  @Test func `RUN-14 refused options are a 400 with the options' message`() async throws {
    try await APIFixture.with { api in
      api.executions.refusal.withLock { $0 = .invalidOptions(["Option 'opt2' is required."]) }
      let answer = try await api.post("/job/J/run")
      #expect(answer.status == 400)
      #expect(answer.message == "Job options were not valid: Option 'opt2' is required.")
    }
  }

  @Test(arguments: [
    "2999-01-01T01:00:00.500-0800", "2999-01-01T09:00:00.500Z", "2999-01-01T10:00:00.500+0100",
  ])
  func `RUN-10 a run for later is launched with its time`(time: String) async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      let id = try await api.makeJob()
      for body in [nil, "{\"runAtTime\":\"\(time)\"}"] {
        let query = body == nil ? "?runAtTime=\(time)" : ""
        #expect(try await api.post("/job/\(id)/run\(query)", body).status == 200)
        let request = api.executions.requests.withLock { $0.last }
        #expect(request?.runAt == Instant(iso8601: "2999-01-01T09:00:00.500Z"))
      }
    }
  }

  @Test(arguments: [
    "loglevel=LOUD", "runAtTime=1999-01-01T11:10:01Z",
    "runAtTime=1999/01/01+11:10:01.000%2B0000", "runAtTime=soon",
  ])
  func `what cannot be done is refused by its name and starts nothing`(
    query: String
  ) async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      let id = try await api.makeJob()
      let answer = try await api.post("/job/\(id)/run?\(query)")
      #expect(answer.status == 400)
      #expect(answer.message?.contains(String(query.prefix { $0 != "=" })) == true)
      #expect(api.executions.requests.withLock { $0.isEmpty })
    }
  }

  @Test func `ADH-01 a command is run and its execution named`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      let answer = try await api.post("/project/P/run/command?exec=echo+hi&filter=.*")
      #expect(answer.json["execution"]?["id"] == 1 && answer.status == 200)
      let request = api.executions.requests.withLock { $0.last }
      #expect(request?.subject == .adHoc(project: "P", step: WorkflowStep(.exec("echo hi"))))
      #expect(request?.nodeFilter == ".*" && request?.user == "admin")
      #expect(
        try await api.post("/project/P/run/command").message == "parameter \"exec\" is required")
      #expect(try await api.post("/project/NONE/run/command?exec=a").status == 404)
    }
  }

  @Test func `ADH-03 and ADH-04 a script comes as a file, a field or JSON, and never empty`()
    async throws
  {
    try await APIFixture.with { api in
      try await api.makeProject()
      let path = "/project/P/run/script"
      let missing = try await api.post(path)
      #expect(missing.errorCode == "api.error.parameter.required")
      #expect(missing.message == "parameter \"scriptFile\" is required")
      let head =
        "--X\r\nContent-Disposition: form-data; name=\"scriptFile\"; filename=\"s\"\r\n\r\n"
      let type = "multipart/form-data; boundary=X"
      let empty = try await api.send(.post, path, body: "\(head)\r\n--X--\r\n", type: type)
      #expect(empty.errorCode == "api.error.run-script.upload.is-empty")
      #expect(empty.message == "Input script file was empty")
      let good = try await api.send(
        .post, path + "?scriptInterpreter=bash+-c&interpreterArgsQuoted=true",
        body: "\(head)echo a\r\necho b\r\n--X--\r\n", type: type)
      #expect(good.json["execution"]?["id"] == 1, "\(good.text)")
      _ = try await api.post(path, #"{"project":"P","script":"echo c","argString":"1 2"}"#)
      let scripts = api.executions.requests.withLock { requests in
        requests.compactMap { request -> ScriptStep? in
          guard case .adHoc(_, let step) = request.subject, case .script(let script) = step.kind
          else { return nil }
          return script
        }
      }
      #expect(scripts.map(\.text) == ["echo a\r\necho b", "echo c"])
      #expect(scripts.first?.interpreterArgsQuoted == true && scripts.last?.arguments == "1 2")
    }
  }

  @Test func `ADH-05 a script URL is required, and of a kind that is fetched`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      let missing = try await api.get("/project/P/run/url")
      #expect(missing.status == 400 && missing.message == "parameter \"scriptURL\" is required")
      #expect(try await api.get("/project/P/run/url?scriptURL=ftp://h/x").status == 400)
      let file = try await api.get("/project/P/run/url?scriptURL=file:/x")
      #expect(file.status == 200, "\(file.message ?? "")")
    }
  }
}
