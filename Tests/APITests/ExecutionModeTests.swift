import Execution
import HTTPTypes
import Identity
import Synchronization
import Testing

@testable import API

@Suite struct ExecutionModeTests {
  @Test func `EXE-18 the execution mode is set in turn and told by all who tell it`() async throws {
    try await APIFixture.with { api in
      func info() async throws -> JSON? {
        try await api.get("/system/info").json["system"]?["executions"]
      }
      #expect(try await info() == ["active": true, "executionMode": "active"])
      for _ in 1...2 {
        let disabled = try await api.post("/system/executions/disable")
        #expect(disabled.status == 200 && disabled.json == ["executionMode": "passive"])
        #expect(try await api.get("/system/executions/status").json == ["executionMode": "passive"])
        #expect(try await info() == ["active": false, "executionMode": "passive"])
        let enabled = try await api.post("/system/executions/enable")
        #expect(enabled.status == 200 && enabled.json == ["executionMode": "active"])
        #expect(try await api.get("/system/executions/status").json == ["executionMode": "active"])
        #expect(try await info() == ["active": true, "executionMode": "active"])
      }
    }
  }

  @Test func `the status of the passive mode is 503 for old clients and for those who ask for it`()
    async throws
  {
    try await APIFixture.with { api in
      func status(_ version: String, _ query: String = "") async throws -> Int {
        try await api.send(.get, "/system/executions/status" + query, version: version).status
      }
      #expect(try await status("31") == 400)
      #expect(try await status("32") == 200)
      #expect(try await status("36", "?passiveAs503=true") == 200)
      _ = try await api.send(.post, "/system/executions/disable", version: "14")
      #expect(try await status("32") == 503)
      #expect(try await status("35", "?passiveAs503=false") == 503)
      #expect(try await status("36") == 200)
      #expect(try await status("36", "?passiveAs503=true") == 503)
      #expect(try await status("36", "?passiveAs503=x") == 400)
    }
  }

  @Test func `a run that a passive member refuses is a 400 that says so`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      api.executions.refusal.withLock { $0 = .passive }
      for path in ["/job/J/run", "/project/P/run/command?exec=true"] {
        let answer = try await api.post(path)
        #expect(answer.status == 400 && answer.errorCode == "api.error.execution.disabled")
        #expect(answer.message?.contains("passive execution mode") == true)
      }
    }
  }

  @Test func `a run in a project whose executions are disabled is a 400 that names the project`()
    async throws
  {
    try await APIFixture.with { api in
      try await api.makeProject()
      api.executions.refusal.withLock { $0 = .projectDisabled("P") }
      for path in ["/job/J/run", "/project/P/run/command?exec=true"] {
        let answer = try await api.post(path)
        #expect(answer.status == 400 && answer.errorCode == "api.error.execution.disabled")
        #expect(answer.message == "Executions are disabled for project P")
      }
    }
  }

  @Test func `a member without a term answers 503 and when to ask again`() async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      _ = try await api.post("/project/P/run/command?exec=true")
      api.executions.refusal.withLock { $0 = .unavailable("no term") }
      api.executions.abortRefusal.withLock { $0 = .unavailable("no term") }
      for path in ["/job/J/run", "/project/P/run/command?exec=true", "/execution/1/abort"] {
        let answer = try await api.post(path)
        #expect(answer.status == 503 && answer.header("Retry-After") == "1", "\(path)")
        #expect(answer.message?.contains("no term") == true)
      }
    }
  }

  @Test func `the mode's routes ask for the actions that Rundeck names`() async throws {
    try await APIFixture.with { api in
      let routes = api.table.routes.filter { $0.path.hasPrefix("/system/executions/") }
      #expect(
        routes.map(\.access) == [
          .action(.enableExecutions, .system), .action(.disableExecutions, .system),
          .action(.read, .system),
        ])
    }
  }
}
