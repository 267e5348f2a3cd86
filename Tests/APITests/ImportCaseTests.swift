import HTTPTypes
import Testing

@testable import API

/// The cases of imports that hold several jobs, schedules' switches and conditional steps.
@Suite struct ImportCaseTests {
  private static let path = "/project/P/jobs/import"

  private static func counts(_ answer: Answer) -> [Int] {
    ["succeeded", "failed", "skipped"].map { answer.json[$0]?.elements?.count ?? -1 }
  }

  private static func job(_ name: String, _ more: String = "") -> String {
    "- name: \(name)\n  sequence:\n    commands:\n    - exec: id\n\(more)"
  }

  @Test func `IMP-07 jobs of one document keep their uuids and may refer to each other`()
    async throws
  {
    try await APIFixture.with { api in
      try await api.makeProject()
      let body =
        "- name: a\n  uuid: A\n  sequence:\n    commands:\n    - jobref: {uuid: B}\n"
        + Self.job("b", "  uuid: B\n")
      let answer = try await api.send(
        .post, Self.path + "?validateJobref=true", body: body, type: "application/yaml")
      let ids = answer.json["succeeded"]?.elements?.map { $0["id"] }
      #expect(ids == ["A", "B"], "\(answer.text)")
    }
  }

  @Test(arguments: ["application/json", "application/yaml"])
  func `IMP-15 conditional steps are imported, and XML says that it has none`(
    type: String
  ) async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      let body = """
        [{"name": "c", "uuid": "C", "sequence": {"commands": [{"type": "conditional", "nodeStep": true,
        "conditionGroups": [[{"key": "${option.a}", "operator": "==", "value": "b"}]],
        "subSteps": [{"exec": "id"}]}]}}]
        """
      let answer = try await api.send(.post, Self.path, body: body, type: type)
      #expect(Self.counts(answer) == [1, 0, 0], "\(answer.text)")
      let xml = try await api.get("/job/C?format=xml")
      #expect(xml.status == 400 && xml.text.contains("conditional"), "\(xml.text)")
      #expect(try await api.get("/job/C").status == 200)
    }
  }

  @Test func `JOB-06 the switches of a document are shown`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      let body =
        Self.job("a", "  uuid: A\n  scheduleEnabled: false\n")
        + Self.job("b", "  uuid: B\n  executionEnabled: false\n")
      _ = try await api.send(.post, Self.path, body: body, type: "application/yaml")
      #expect(try await api.get("/job/A").json.elements?.first?["scheduleEnabled"] == false)
      #expect(try await api.get("/job/B").json.elements?.first?["executionEnabled"] == false)
    }
  }

  @Test func `JOB-13 values from addresses with references are imported and shown`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      for (index, reference) in ["${globals.x}", "${option.X.value}"].enumerated() {
        let option = "  options:\n  - name: o\n    valuesUrl: http://x.org/\(reference)\n"
        let body = Self.job("j\(index)", "  uuid: J\(index)\n\(option)")
        let answer = try await api.send(.post, Self.path, body: body, type: "application/yaml")
        #expect(Self.counts(answer) == [1, 0, 0], "\(answer.text)")
        #expect(try await api.get("/job/J\(index)").status == 200)
      }
      #expect(try await api.get("/project/P/jobs").status == 200)
    }
  }

  @Test func `JOB-14 an address that is none fails its job alone`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      let body = Self.job("a", "  options:\n  - name: o\n    valuesUrl: not-a-url\n")
      let answer = try await api.send(.post, Self.path, body: body, type: "application/yaml")
      #expect(answer.status == 200 && Self.counts(answer) == [0, 1, 0])
      #expect(answer.text.contains("valid URL"))
    }
  }

  @Test func `a document that is broken at its end is refused, and nothing of it is written`()
    async throws
  {
    try await APIFixture.with { api in
      try await api.makeProject()
      let body = (0..<200).map { Self.job("j\($0)") }.joined() + "- name: [\n"
      let answer = try await api.send(.post, Self.path, body: body, type: "application/yaml")
      #expect(answer.status == 400 && answer.errorCode == "api.error.jobs.import.invalid")
      #expect(try await api.get("/project/P/jobs").json.elements?.isEmpty == true)
    }
  }

  @Test func `a document without a known type speaks for itself`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      let answer = try await api.send(
        .post, Self.path, body: Self.job("a"), type: "application/octet-stream")
      #expect(Self.counts(answer) == [1, 0, 0], "\(answer.text)")
    }
  }

  @Test func `many jobs are added, updated and skipped in the document's order`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      let some = (0..<150).map { Self.job("j\($0)", "  group: g\n") }.joined()
      let first = try await api.send(
        .post, Self.path, body: some, type: "application/yaml")
      #expect(Self.counts(first) == [150, 0, 0])
      let changed = (0..<150).map {
        Self.job("j\($0)", "  group: g\n  description: new\n")
      }.joined()
      let ids = { (answer: Answer, list: String) in answer.json[list]?.elements?.map { $0["id"] } }
      let second = try await api.send(
        .post, Self.path + "?dupeOption=update", body: changed + Self.job("other"),
        type: "application/yaml")
      #expect(Self.counts(second) == [151, 0, 0])
      #expect(ids(second, "succeeded")?.dropLast() == ids(first, "succeeded")?[...])
      let third = try await api.send(
        .post, Self.path + "?dupeOption=skip", body: changed + Self.job("third"),
        type: "application/yaml")
      #expect(Self.counts(third) == [1, 0, 150])
      let shown = try await api.get("/project/P/jobs?jobExactFilter=j7")
      #expect(shown.json.elements?.first?["description"] == "new", "\(shown.text)")
    }
  }

  @Test(arguments: [
    ("retry: often", "retry"), ("notification: {onsomething: {}}", "notification.onsomething"),
    ("notification: {onstart: {email: {subject: x}}}", "recipients"),
    ("orchestrator: {type: subset}", "orchestrator.configuration.count"),
    ("notifyAvgDurationThreshold: soon", "notifyAvgDurationThreshold"),
    ("plugins: [a]", "plugins"),
    ("nodefilters: {filter: x, dispatch: {threadcount: 0}}", "threadcount"),
  ])
  func `a field that means nothing fails the job and is named`(
    field: String, name: String
  ) async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      let answer = try await api.send(
        .post, Self.path, body: Self.job("a", "  \(field)\n"), type: "application/yaml")
      #expect(Self.counts(answer) == [0, 1, 0], "\(answer.text)")
      #expect(answer.text.contains(name), "\(answer.text)")
    }
  }
}
