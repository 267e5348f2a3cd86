import HTTPTypes
import Testing

@testable import API

@Suite struct ImportTests {
  private static let path = "/project/P/jobs/import"
  private static let json =
    #"[{"name":"j","sequence":{"keepgoing":false,"strategy":"node-first","commands":[{"exec":"id"}]}}]"#
  private static let xml =
    "<joblist><job><name>x</name><loglevel>INFO</loglevel><sequence keepgoing='false' "
    + "strategy='node-first'><command><exec>id</exec></command></sequence></job></joblist>"

  private static func multipart(_ part: String, _ content: String, file: Bool = true) -> String {
    let name = file ? "; filename=\"f\"" : ""
    return "--XX\r\nContent-Disposition: form-data; name=\"\(part)\"\(name)\r\n\r\n"
      + "\(content)\r\n--XX--\r\n"
  }

  private static func counts(_ answer: Answer) -> [Int] {
    ["succeeded", "failed", "skipped"].map { answer.json[$0]?.elements?.count ?? -1 }
  }

  @Test func `IMP-01 a file part and a form field are imported without a word about the format`()
    async throws
  {
    try await APIFixture.with { api in
      try await api.makeProject()
      let part = try await api.send(
        .post, Self.path, body: Self.multipart("xmlBatch", Self.xml),
        type: "multipart/form-data; boundary=XX")
      #expect(part.status == 200 && Self.counts(part) == [1, 0, 0], "\(part.text)")
      #expect(part.json["succeeded"]?.elements?.first?["project"] == "P")
      let form = try await api.send(
        .post, Self.path, body: "xmlBatch=\(Self.xml.replacing("'", with: "%27"))",
        type: "application/x-www-form-urlencoded")
      #expect(Self.counts(form) == [1, 0, 0], "\(form.text)")
    }
  }

  @Test func `IMP-02 and IMP-03 the three formats are imported as bodies`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      for (type, body) in [
        ("application/yaml", APIFixture.yaml("y")), ("application/xml", Self.xml),
        ("application/json", Self.json),
      ] {
        let answer = try await api.send(.post, Self.path, body: body, type: type)
        #expect(Self.counts(answer) == [1, 0, 0], "\(type): \(answer.text)")
      }
    }
  }

  @Test func `IMP-04 an unknown format is 415`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      let answer = try await api.send(
        .post, Self.path + "?format=DNEformat", body: "xmlBatch=a",
        type: "application/x-www-form-urlencoded")
      #expect(answer.status == 415)
      #expect(answer.errorCode == "api.error.jobs.import.format.unsupported")
      #expect(answer.message == "The specified format is not supported: DNEformat")
    }
  }

  @Test func `IMP-05 and IMP-06 a missing file and a missing part are told apart`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      let type = "multipart/form-data; boundary=XX"
      let field = try await api.send(
        .post, Self.path, body: Self.multipart("xmlBatch", Self.xml, file: false), type: type)
      #expect(field.errorCode == "api.error.jobs.import.missing-file")
      #expect(field.status == 400 && field.message == "No file was uploaded")
      let none = try await api.send(
        .post, Self.path, body: Self.multipart("other", "x"), type: type)
      #expect(none.status == 400 && none.errorCode == "api.error.parameter.required")
      #expect(none.message == "parameter \"xmlBatch\" is required")
    }
  }

  @Test func `IMP-08 a reference to an unknown job is refused when that is asked for`() async throws
  {
    try await APIFixture.with { api in
      try await api.makeProject()
      let body = """
        - name: parent
          uuid: U
          id: other
          sequence:
            commands:
            - jobref:
                uuid: nowhere
        """
      let strict = try await api.send(
        .post, Self.path + "?validateJobref=true", body: body, type: "application/yaml")
      #expect(strict.status == 200 && Self.counts(strict) == [0, 1, 0], "\(strict.text)")
      let free = try await api.send(
        .post, Self.path + "?validateJobref=false", body: body, type: "application/yaml")
      #expect(free.json["succeeded"]?.elements?.first?["id"] == "U", "\(free.text)")
    }
  }

  @Test(arguments: [("14", 400), ("43", 400), ("44", 200), ("46", 200)])
  func `IMP-09 a JSON body needs API 44`(version: String, status: Int) async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      let answer = try await api.send(
        .post, Self.path + "?dupeOption=update&uuidOption=remove", version: version,
        body: Self.json, type: "application/json")
      #expect(answer.status == status, "\(answer.text)")
    }
  }

  @Test func `IMP-10 and IMP-11 a job is written in the format that is asked for`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      try await api.makeJob("a", uuid: "A")
      #expect(try await api.get("/job/A?format=json").json.elements?.first?["id"] == "A")
      for answer in [
        try await api.get("/job/A?format=xml"),
        try await api.send(
          .get, "/job/A", version: "43", headers: ["Accept": "application/xml"]),
      ] {
        #expect(answer.text.contains("<joblist>") && answer.text.contains("<uuid>A</uuid>"))
      }
      let yaml = try await api.send(.get, "/job/A", headers: ["Accept": "application/yaml"])
      #expect(yaml.text.contains("uuid: A") && yaml.text.contains("name: a"))
    }
  }

  @Test func `IMP-12 a format that no job has is 415`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      try await api.makeJob("a", uuid: "A")
      for answer in [
        try await api.get("/job/A?format=csv"),
        try await api.send(.get, "/job/A", headers: ["Accept": "text/csv"]),
      ] {
        #expect(answer.status == 415)
        #expect(answer.errorCode == "api.error.item.unsupported-format")
        #expect(answer.message == "The format is not valid: csv")
      }
    }
  }

  @Test func `IMP-14 a project's jobs are exported in three formats`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      try await api.makeJob("a", uuid: "A")
      let json = try await api.get("/project/P/jobs/export")
      #expect(json.header("content-type")?.contains("json") == true)
      #expect(json.json.elements?.count == 1)
      #expect(try await api.get("/project/P/jobs/export?format=xml").text.contains("<job>"))
      #expect(try await api.get("/project/P/jobs/export?format=yaml").text.contains("id:"))
    }
  }

  @Test(arguments: ["update", "skip"])
  func `a job of the same group and name is found for update and skip`(
    option: String
  ) async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      let id = try await api.makeJob("a", group: "g")
      let answer = try await api.send(
        .post, Self.path + "?dupeOption=\(option)", body: APIFixture.yaml("a", group: "g"),
        type: "application/yaml")
      let list = answer.json[option == "update" ? "succeeded" : "skipped"]
      #expect(list?.elements?.first?["id"]?.scalar == id, "\(answer.text)")
      #expect(try await api.get("/project/P/jobs").json.elements?.count == 1)
    }
  }

  @Test(arguments: ["application/yaml", "application/json", "application/xml"])
  func `a malformed document is refused and writes nothing`(type: String) async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      let answer = try await api.send(.post, Self.path, body: "{[<a", type: type)
      #expect(answer.status == 400 && answer.message?.contains("not valid") == true)
      #expect(try await api.get("/project/P/jobs").json == [])
    }
  }

  @Test func `a body over the limit is 413 and names the limit`() async throws {
    try await APIFixture.with(limits: APILimits(bodyBytes: 1_000)) { api in
      try await api.makeProject()
      let answer = try await api.send(
        .post, Self.path, body: String(repeating: "x", count: 1_001), type: "application/yaml")
      #expect(answer.status == 413 && answer.message?.contains("1000 bytes") == true)
    }
  }
}
