import HTTPTypes
import Testing

@testable import API

@Suite struct SystemTests {
  @Test func `SYS-03 system info has its eleven members`() async throws {
    try await APIFixture.with { api in
      let system = try await api.get("/system/info").json["system"]
      let sizes = Dictionary(
        uniqueKeysWithValues: (system?.members ?? []).map {
          ($0.key, $0.value.members?.count ?? 0)
        })
      #expect(
        sizes == [
          "timestamp": 3, "rundeck": 7, "executions": 2, "os": 3, "jvm": 4, "stats": 5,
          "metrics": 2, "threadDump": 2, "healthcheck": 2, "ping": 2, "extended": 0,
        ])
      #expect(system?["rundeck"]?["apiversion"] == 59 && system?["rundeck"]?["node"] == "here")
      #expect(system?["stats"]?["uptime"]?["duration"] == 60_000)
    }
  }

  @Test func `SYS-01 the list of plugins has metadata since version 40`() async throws {
    try await APIFixture.with { api in
      let now = try await api.get("/plugin/list").json.elements ?? []
      #expect(now.contains { $0["name"] == "localexec" && $0["builtin"] == true })
      #expect(now.allSatisfy { $0["providerMetadata"] != nil && $0["id"] != nil })
      let before = try await api.send(.get, "/plugin/list", version: "39").json.elements ?? []
      #expect(before.count == now.count)
      #expect(before.allSatisfy { $0["providerMetadata"] == nil && $0["iconUrl"] == nil })
      #expect(try await api.send(.get, "/plugin/list", version: "32").status == 400)
    }
  }

  @Test func `health and metrics need nobody`() async throws {
    try await APIFixture.with { api in
      #expect(try await api.raw(.get, "/health").json == ["status": "UP"])
      _ = try await api.get("/system/info")
      let text = try await api.raw(.get, "/metrics").text
      #expect(text.contains("# TYPE quarterdeck_http_requests_total counter"))
      #expect(
        text.contains("method=\"GET\",route=\"/api/{version}/system/info\",status=\"200\"} 1"))
    }
  }

  @Test func `tokens are made, shown once, listed and deleted`() async throws {
    try await APIFixture.with { api in
      let made = try await api.post(
        "/tokens/bob", #"{"roles":"ops, dev","duration":"1d","name":"ci"}"#)
      #expect(made.status == 201 && made.json["roles"] == ["dev", "ops"])
      let token = made.json["token"]?.scalar ?? ""
      let id = made.json["id"]?.scalar ?? ""
      #expect(token.count >= 32)
      let list = try await api.get("/tokens/bob")
      #expect(list.json.elements?.first?["name"] == "ci" && !list.text.contains(token))
      #expect(try await api.get("/token/\(id)").json["user"] == "bob")
      #expect(try await api.send(.delete, "/token/\(id)").status == 204)
      #expect(try await api.send(.delete, "/token/\(id)").status == 404)
      #expect(try await api.post("/tokens/bob", "{}").message == "parameter \"roles\" is required")
      #expect(try await api.post("/tokens/bob", #"{"roles":"a","duration":"x"}"#).status == 400)
      #expect(try await api.post("/tokens/bob", #"{"roles":"*"}"#).status == 400)
    }
  }
}
