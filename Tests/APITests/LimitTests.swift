import HTTPTypes
import Hummingbird
import Model
import Synchronization
import Testing

@testable import API

@Suite struct LimitTests {
  @Test func `tokens live as long as they may, and no longer`() async throws {
    try await APIFixture.with(limits: APILimits(tokenLifetime: .seconds(86_400))) { api in
      let plain = try await api.post("/tokens/admin", #"{"roles":"*"}"#)
      #expect(plain.status == 201 && plain.json["expiration"]?.scalar != nil)
      let short = try await api.post("/tokens/admin", #"{"roles":"*","duration":"24h"}"#)
      #expect(short.status == 201)
      for duration in ["86401s", "2d", "0"] {
        let refused = try await api.post(
          "/tokens/admin", #"{"roles":"*","duration":"\#(duration)"}"#)
        #expect(refused.status == 400)
        #expect(refused.message?.contains("rundeck.api.tokens.duration.max") == true)
        #expect(refused.message?.contains("86400s") == true)
      }
    }
  }

  @Test func `without a limit a token may live for ever, but for no impossible time`() async throws
  {
    try await APIFixture.with { api in
      for (duration, status) in [
        ("0", 201), ("100y", 201), ("999999y", 400), ("99999999999999999999s", 400), ("1x", 400),
        (String(repeating: "999999y", count: 300_000), 400),
      ] {
        let answer = try await api.post(
          "/tokens/admin", #"{"roles":"*","duration":"\#(duration)"}"#)
        #expect(answer.status == status, "\(duration.prefix(30)): \(answer.text.prefix(200))")
        if duration == "0" { #expect(answer.json["expiration"] == nil) }
        if status == 400 { #expect(answer.message?.contains("duration") == true) }
      }
    }
  }

  @Test(arguments: [
    "begin=-9223372036854775808", "begin=9223372036854775807", "end=99999-01-01T00:00:00Z",
    "jobFilter=a%00", "max=9223372036854775808", "recentFilter=9223372036854775807y",
    "jobListFilter=%00",
  ])
  func `numbers and texts that are none are refused by the parameter's name`(
    query: String
  ) async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      let answer = try await api.get("/project/P/executions?\(query)")
      #expect(answer.status == 400)
      #expect(answer.message?.contains(String(query.prefix { $0 != "=" })) == true)
    }
  }

  @Test func `a list that is too long is refused before the database sees it`() async throws {
    try await APIFixture.with { api in
      let ids = (1...10_001).map(String.init).joined(separator: ",")
      let answer = try await api.post("/executions/delete", "[\(ids)]")
      #expect(answer.status == 400 && answer.message?.contains("10001 items") == true)
    }
  }

  @Test func `the character U+0000 is refused wherever it stands`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      for answer in [
        try await api.get("/job/a%00b"),
        try await api.post("/projects", #"{"name":"Q","config":{"a":"\u0000"}}"#),
        try await api.send(
          .post, "/project/P/run/command", body: "exec=a%00",
          type: "application/x-www-form-urlencoded"),
        try await api.send(
          .post, "/project/P/run/script",
          body: "--X\r\nContent-Disposition: form-data; name=\"scriptFile\"; filename=\"s\"\r\n\r\n"
            + "a\0b\r\n--X--\r\n", type: "multipart/form-data; boundary=X"),
      ] {
        #expect(
          answer.status == 400 && answer.message?.contains("U+0000") == true, "\(answer.text)")
      }
      let job = try await api.send(
        .post, "/project/P/jobs/import",
        body: APIFixture.yaml("x").replacing("echo one", with: "\"echo \\0\""),
        type: "application/yaml")
      let error = job.json["failed"]?.elements?.first?["error"]?.scalar
      #expect(error?.contains("U+0000") == true, "\(job.text)")
      #expect(api.executions.requests.withLock { $0.isEmpty })
    }
  }
}

@Suite struct ExecutionExtrasTests {
  @Test func `a job's ended executions are deleted together`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      let id = try await api.makeJob()
      for _ in 1...3 { _ = try await api.post("/job/\(id)/run") }
      for number in [1, 2] { try await api.executions.end(ExecutionID(Int64(number)), .succeeded) }
      let answer = try await api.send(.delete, "/job/\(id)/executions")
      #expect(answer.json["successCount"] == 2 && answer.json["failedCount"] == 1)
      #expect(answer.json["failures"]?.elements?.first?["id"]?.scalar == "3")
      #expect(answer.json["allsuccessful"] == false && answer.json["requestCount"] == 3)
      let left = try await api.get("/job/\(id)/executions").json["executions"]?.elements
      #expect(left?.count == 1)
      #expect(try await api.send(.delete, "/job/none/executions").status == 404)
    }
  }

  @Test func `an execution says how long its job takes on average`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      let id = try await api.makeJob()
      for _ in 1...3 { _ = try await api.post("/job/\(id)/run") }
      #expect(try await api.get("/execution/3").json["job"]?["averageDuration"] == nil)
      try await api.executions.end(ExecutionID(1), .succeeded, at: 3_000_000)
      try await api.executions.end(ExecutionID(2), .succeeded, at: 5_000_000)
      #expect(try await api.get("/execution/3").json["job"]?["averageDuration"] == 3_000)
      let list = try await api.get("/project/P/executions").json["executions"]?.elements ?? []
      #expect(list.map { $0["job"]?["averageDuration"] } == [3_000, 3_000, 3_000])
    }
  }

  @Test func `compacted output shows what differs from the entry before`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      _ = try await api.post("/project/P/run/command?exec=x")
      try await api.print(["one", "two", "two"], to: 1)
      let answer = try await api.get("/execution/1/output?compacted=true").json
      #expect(answer["compacted"]?.scalar == "true" && answer["compactedAttr"]?.scalar == "log")
      let entries = answer["entries"]?.elements ?? []
      #expect(entries.first?["log"]?.scalar == "one" && entries.first?["node"]?.scalar == "here")
      #expect(Array(entries.dropFirst()) == ["two", [:]])
    }
  }

  @Test func `executions of a type that nobody starts here are none`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      _ = try await api.post("/project/P/run/command?exec=x")
      for (type, count) in [("user", 1), ("scheduled", 0), ("user-scheduled", 0)] {
        let list = try await api.get("/project/P/executions?executionTypeFilter=\(type)")
        #expect(list.json["executions"]?.elements?.count == count)
      }
      #expect(try await api.get("/project/P/executions?executionTypeFilter=x").status == 400)
    }
  }
}
