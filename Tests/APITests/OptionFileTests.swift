import Database
import HTTPTypes
import Model
import Store
import Testing

@testable import API

/// Files for options: uploaded, listed, looked at.
@Suite struct OptionFileTests {
  private static let job = """
    - name: files
      options:
      - {name: a, type: file}
      - {name: b, type: file, required: true}
      - {name: c}
      sequence: {keepgoing: false, strategy: node-first, commands: [{exec: 'true'}]}
    """

  private static func with(
    limits: APILimits = APILimits(), _ body: @Sendable (APIFixture, String) async throws -> Void
  ) async throws {
    try await APIFixture.with(limits: limits) { api in
      try await api.makeProject()
      let answer = try await api.send(
        .post, "/project/P/jobs/import", body: job, type: "application/yaml")
      let id = try #require(answer.json["succeeded"]?.elements?.first?["id"]?.scalar)
      try await body(api, id)
    }
  }

  private static func upload(
    _ api: APIFixture, _ path: String, _ body: String = "test file\n",
    type: String = "application/octet-stream"
  ) async throws -> Answer {
    try await api.send(.post, path, body: body, type: type)
  }

  @Test func `one file is uploaded for an option of the path or of a parameter`() async throws {
    try await Self.with { api, job in
      for path in ["/input/file/a?fileName=x.txt", "/input/file?optionName=a&fileName=x.txt"] {
        let answer = try await Self.upload(api, "/job/\(job)\(path)")
        #expect(answer.status == 200 && answer.json["total"] == 1)
        let key = try #require(answer.json["options"]?["a"]?.scalar)
        let file = try await api.get("/jobs/file/\(key)").json
        #expect(file["fileState"] == "temp" && file["fileName"] == "x.txt" && file["size"] == 10)
        #expect(file["id"]?.scalar == key && file["jobId"]?.scalar == job)
        #expect(file["user"] == "admin" && file["execId"] == .null)
        #expect(
          file["sha"]
            == "55f8718109829bf506b09d8af615b9f107a266e19f7a311039d1035f180b22d4")
        #expect(file["serverNodeUUID"] == "member")
        #expect(file["dateCreated"]?.scalar?.hasSuffix("Z") == true)
      }
      let list = try await api.get("/job/\(job)/input/files?max=1").json
      #expect(list["paging"] == ["count": 1, "max": 1, "offset": 0, "total": 2])
      #expect(list["files"]?.elements?.count == 1)
      let none = try await api.get("/job/\(job)/input/files?fileState=deleted").json
      #expect(none["files"] == [])
    }
  }

  @Test func `several files come in a multipart body`() async throws {
    try await Self.with { api, job in
      let body =
        ["a", "b"].map {
          "--X\r\nContent-Disposition: form-data; name=\"option.\($0)\"; filename=\"\($0).csv\"\r\n"
            + "Content-Type: text/csv\r\n\r\ncontent of \($0)\r\n"
        }.joined() + "--X\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\n1\r\n--X--\r\n"
      let answer = try await Self.upload(
        api, "/job/\(job)/input/file", body, type: "multipart/form-data; boundary=X")
      #expect(answer.status == 200 && answer.json["total"] == 2)
      let key = try #require(answer.json["options"]?["b"]?.scalar)
      let file = try await api.get("/jobs/file/\(key)").json
      #expect(file["fileName"] == "b.csv" && file["size"] == 12 && file["optionName"] == "b")
      let cut = try await Self.upload(
        api, "/job/\(job)/input/file", String(body.dropLast(8)),
        type: "multipart/form-data; boundary=X")
      #expect(cut.status == 400)
      #expect(try await api.get("/job/\(job)/input/files").json["paging"]?["total"] == 2)
    }
  }

  @Test func `what cannot be taken is refused by its name and leaves nothing`() async throws {
    try await Self.with(limits: APILimits(optionFileBytes: 20)) { api, job in
      for (path, status, text) in [
        ("/job/\(job)/input/file/c", 400, "not of the type file"),
        ("/job/\(job)/input/file/none", 400, "none"),
        ("/job/\(job)/input/file", 400, "optionName"),
        ("/job/none/input/file/a", 404, "none"),
      ] {
        let answer = try await Self.upload(api, path)
        #expect(answer.status == status && answer.message?.contains(text) == true, "\(path)")
      }
      let long = try await Self.upload(
        api, "/job/\(job)/input/file/a", String(repeating: "x", count: 21))
      #expect(long.status == 413)
      for query in ["fileState=uploading", "fileState=x", "max=x", "offset=-1"] {
        #expect(try await api.get("/job/\(job)/input/files?\(query)").status == 400, "\(query)")
      }
      #expect(try await api.get("/jobs/file/none").status == 404)
      #expect(try await api.get("/execution/999/input/files").status == 404)
      let rows = try await api.store.ask.run("SELECT id FROM option_file").rows
      #expect(rows.isEmpty)
      let pieces = try await api.store.ask.run("SELECT file_id FROM option_file_piece").rows
      #expect(pieces.isEmpty)
    }
  }

  @Test func `an execution tells its files`() async throws {
    try await Self.with { api, job in
      let answer = try await Self.upload(api, "/job/\(job)/input/file/a")
      let key = try #require(answer.json["options"]?["a"]?.scalar)
      let run = try await api.post("/job/\(job)/run", "{\"options\":{\"a\":\"\(key)\"}}")
      let id = try #require(run.json["id"]?.scalar.flatMap { Int64($0) })
      try await api.store.commit(
        ExecutionWrite.use(optionFiles: [key], by: ExecutionID(id)))
      let files = try await api.get("/execution/\(id)/input/files").json["files"]
      #expect(files?.elements?.map { $0["id"] } == [.text(key)])
      #expect(files?.elements?.first?["execId"] == .integer(id))
    }
  }

  @Test func `a job's workflow is told, and metadata of plugins there is none`() async throws {
    try await Self.with { (api: APIFixture, job: String) async throws in
      #expect(
        try await api.get("/job/\(job)/workflow").json == ["workflow": [["exec": "true"]]])
      #expect(try await api.get("/job/\(job)/meta").json == [])
      #expect(try await api.send(.get, "/job/\(job)/meta?meta=x", version: "45").status == 400)
      #expect(try await api.get("/job/none/meta").status == 404)
    }
  }

  @Test func `the values of an option are told`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      let answer = try await api.send(
        .post, "/project/P/jobs/import",
        body: """
          - name: values
            options: [{name: a, values: [y, x], sortValues: true, enforced: true}]
            sequence: {keepgoing: false, strategy: node-first, commands: [{exec: 'true'}]}
          """, type: "application/yaml")
      let id = try #require(answer.json["succeeded"]?.elements?.first?["id"]?.scalar)
      let told = try await api.get("/job/\(id)/option/a/values").json
      #expect(told["values"]?.elements?.map { $0["value"] } == ["x", "y"])
      #expect(told["enforced"] == true && told["remote"] == false)
      #expect(try await api.get("/job/\(id)/option/none/values").status == 404)
    }
  }
}
