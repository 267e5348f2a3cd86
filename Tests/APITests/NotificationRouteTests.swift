import Model
import Store
import Testing

@testable import API

/// Our own routes about notifications and their deliveries.
@Suite struct NotificationRouteTests {
  /// Execution 1 of project P with a notification in each state: 1 waits, 2 was delivered, 3 was given up.
  private static func with(_ body: @Sendable (APIFixture) async throws -> Void) async throws {
    try await APIFixture.with { api in
      try await api.makeProject()
      _ = try await api.post("/project/P/run/command?exec=a")
      for (number, state) in ["waiting", "delivered", "dead"].enumerated() {
        try await api.store.ask.run(
          """
          INSERT INTO notification (execution_id, project, event, place, kind, receiver, fairness,
            content, status, state, created_at, due_at, attempts, settled_at, error)
          VALUES (1, 'P', 'success', $1, 'webhook', 'http://a/', 'webhook a', '{"settings":{}}',
            'succeeded', $2, 1000000, 2000000, $3, $4, $5)
          """,
          [
            .text("0-\(number)"), .text(state), .integer(Int64(number)),
            .integer(state == "waiting" ? nil : 3_000_000),
            .text(state == "dead" ? "refused" : nil),
          ])
      }
      try await api.store.ask.run(
        """
        INSERT INTO notification_attempt (notification_id, attempt, member, began_at, ended_at, code,
          answer) VALUES (2, 1, 'm', 1000000, 2000000, 200, 'fine')
        """)
      try await body(api)
    }
  }

  @Test func `an execution's notifications come with their deliveries`() async throws {
    try await Self.with { api in
      let answer = try await api.get("/execution/1/notifications")
      let all = answer.json["notifications"]?.elements ?? []
      #expect(all.map { $0["state"]?.scalar } == ["waiting", "delivered", "dead"])
      #expect(all.map { $0["delivery"]?.scalar }.first == "1-success-0-0")
      #expect(all.map { $0["next"] != nil } == [true, false, false])
      #expect(all.last?["error"] == "refused" && all.last?["settled"] != nil)
      let deliveries = all.dropFirst().first?["deliveries"]?.elements
      #expect(deliveries?.count == 1 && deliveries?.first?["answer"] == "fine")
      #expect(try await api.get("/execution/2/notifications").status == 404)
    }
  }

  @Test func `a project's are asked for by their state, a page at a time`() async throws {
    try await Self.with { api in
      let path = "/project/P/notifications"
      func states(_ query: String) async throws -> [String?] {
        let answer = try await api.get(path + query)
        return answer.json["notifications"]?.elements?.map { $0["state"]?.scalar } ?? []
      }
      #expect(try await states("") == ["dead"])
      #expect(try await states("?state=delivered") == ["delivered"])
      #expect(try await states("?state=waiting&max=1") == ["waiting"])
      #expect(try await states("?state=waiting&before=1") == [])
      let wrong = try await api.get(path + "?state=lost")
      #expect(wrong.status == 400 && wrong.message?.contains("waiting") == true, "\(wrong.text)")
      #expect(try await api.get("/project/NONE/notifications").status == 404)
    }
  }

  @Test func `what was given up may be tried again, and nothing else`() async throws {
    try await Self.with { api in
      let revived = try await api.post("/execution/1/notifications/3/retry")
      #expect(revived.status == 200 && revived.json["state"] == "waiting", "\(revived.text)")
      for (path, status) in [
        ("1/notifications/3", 409), ("1/notifications/2", 409), ("1/notifications/9", 404),
        ("1/notifications/x", 404), ("7/notifications/2", 404),
      ] {
        #expect(try await api.post("/execution/\(path)/retry").status == status, "\(path)")
      }
    }
  }
}
