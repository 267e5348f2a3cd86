import Cluster
import HTTPTypes
import Model
import Store
import Synchronization
import Testing

@testable import API

/// The cluster as the API shows and changes it.
@Suite struct ClusterRouteTests {
  /// A fixture whose member is one of two: `member`, which answers, and `other`.
  private static func with(
    _ body: @Sendable (APIFixture, PlayedCluster) async throws -> Void
  ) async throws {
    let made = Mutex<PlayedCluster?>(nil)
    try await APIFixture.with(
      cluster: { store in
        let cluster = try await PlayedCluster(store)
        made.withLock { $0 = cluster }
        return cluster
      },
      { api in
        let cluster = try #require(made.withLock { $0 })
        try await body(api, cluster)
      })
  }

  @Test func `members are listed with their term, state, load and what they own`() async throws {
    try await Self.with { api, _ in
      let members = try await api.get("/quarterdeck/cluster/members").json.elements ?? []
      #expect(members.map { $0["uuid"] } == ["member", "other"])
      #expect(members.map { $0["self"] } == [true, false])
      let first = try #require(members.first)
      #expect(first["state"] == "active" && first["mode"] == "active")
      #expect(first["incarnation"] == 1 && first["tags"] == ["web"])
      #expect(first["schedules"] == 0 && first["executions"] == 0)
      #expect(first["load"]?["capacity"] == 0 && first["heartbeatAge"] != nil)
      #expect(first["fenced"] == nil && first["left"] == nil)
    }
  }

  @Test func `this member's mode changes at once, another one's soon`() async throws {
    try await Self.with { api, cluster in
      let path = "/enterprise/cluster/executions"
      let own = try await api.post("\(path)/disable?uuid=member").json
      #expect(own == ["executionMode": "passive", "status": "complete", "uuid": "member"])
      #expect(cluster.mode.current == .passive)
      let others = try await api.post("\(path)/disable?uuid=other").json
      #expect(others == ["executionMode": "passive", "status": "pending", "uuid": "other"])
      let back = try await api.post("\(path)/enable?uuid=member").json
      #expect(back == ["executionMode": "active", "status": "complete", "uuid": "member"])
      let log = try await api.get("/quarterdeck/cluster/decisions?kind=mode&max=2").json
      #expect(log["decisions"]?.elements?.count == 2)
      #expect(log["decisions"]?.elements?.first?["subject"] == "member")
      let passive = try await api.post("/system/executions/disable").json
      #expect(passive == ["executionMode": "passive"])
      #expect(cluster.mode.current == .passive)
      let after = try await api.get("/quarterdeck/cluster/decisions?kind=mode").json
      #expect(after["decisions"]?.elements?.count == 4)
    }
  }

  @Test(arguments: ["/enterprise/cluster/executions/enable", "/quarterdeck/cluster/drain"])
  func `a member that nobody knows is a 404 that names it`(path: String) async throws {
    try await Self.with { api, _ in
      let answer = try await api.post("\(path)?uuid=nobody")
      #expect(answer.status == 404 && answer.errorCode == "api.error.item.doesnotexist")
      #expect(answer.message == "Member does not exist: nobody")
    }
  }

  @Test func `a mode needs the member's UUID and version 41`() async throws {
    try await Self.with { api, _ in
      let answer = try await api.post("/enterprise/cluster/executions/enable")
      #expect(answer.status == 400 && answer.message?.contains("uuid") == true)
      let old = try await api.send(
        .post, "/enterprise/cluster/executions/enable?uuid=member", version: "40")
      #expect(old.status == 400 && old.errorCode == "api.error.api-version.unsupported")
    }
  }

  @Test func `a drain is asked of this member unless another is named`() async throws {
    try await Self.with { api, cluster in
      let answer = try await api.post("/quarterdeck/cluster/drain")
      #expect(answer.status == 202 && answer.json["uuid"] == "member")
      #expect(try await api.post("/quarterdeck/cluster/drain?uuid=other").status == 202)
      #expect(cluster.drained.withLock { $0 } == [MemberID("member"), MemberID("other")])
    }
  }

  @Test func `a drain that nobody would hear of is refused and says why`() async throws {
    try await Self.with { api, cluster in
      cluster.refusal.withLock { $0 = .alone }
      let answer = try await api.post("/quarterdeck/cluster/drain")
      #expect(answer.status == 409 && answer.errorCode == "api.error.member.drain")
      #expect(answer.message?.contains("its database for itself") == true)
    }
  }

  @Test(arguments: [Unfitness.database, .fenced, .draining])
  func `a load balancer is told why a member should get no requests`(
    reason: Unfitness
  ) async throws {
    try await Self.with { api, cluster in
      let up = try await api.raw(.get, "/health")
      #expect(up.status == 200 && up.json == ["status": "UP"])
      cluster.reason.withLock { $0 = reason }
      let down = try await api.raw(.get, "/health")
      #expect(down.status == 503 && down.json["reason"] == .text(reason.rawValue))
    }
  }

  @Test func `it is told who would carry a job, and nothing runs`() async throws {
    try await Self.with { api, _ in
      try await api.makeProject()
      try await api.makeJob("job", uuid: "J")
      let answer = try await api.get("/job/J/carrier").json
      #expect(answer["chosen"] == "other" && answer["policy"] == "Preset")
      #expect(answer["reason"] == "It is preset for P.")
      #expect(api.executions.requests.withLock { $0.isEmpty })
      #expect(try await api.get("/job/none/carrier").status == 404)
    }
  }

  @Test func `the cluster's time is the database's`() async throws {
    try await Self.with { api, _ in
      let before = try await api.store.now()
      let text = try await api.get("/quarterdeck/cluster/time").json["time"]?.scalar ?? ""
      let time = try #require(Instant(iso8601: text))
      // Answers are cut to milliseconds.
      #expect(before.microseconds - time.microseconds < 1_000)
    }
  }

  @Test func `a member without a cluster says so and asks to try another`() async throws {
    try await APIFixture.with { api in
      let answer = try await api.get("/quarterdeck/cluster/members")
      #expect(answer.status == 503 && answer.header("Retry-After") == "1")
      #expect(try await api.raw(.get, "/health").status == 200)
    }
  }
}
