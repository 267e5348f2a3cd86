import TestSupport
import Testing

/// Notifications of real members, to receivers of their own.
@Suite(.serialized) struct NotificationTests {
  private func importJob(
    _ notification: String, command: String = "echo out", _ api: APIClient
  ) async throws -> String {
    try await api.importJob(
      """
      - name: told
        notification:
      \(notification)
        sequence:
          keepgoing: false
          strategy: node-first
          commands:
          - exec: \(command)
      """, into: "test")
  }

  /// The notifications of an execution, once nothing waits any more.
  private func settled(_ execution: Int, _ api: APIClient) async throws -> [JSONDocument] {
    try await eventually("the notifications are settled") {
      let all = try? await api.json("GET", "/execution/\(execution)/notifications").notifications
      guard let all, !all.items.isEmpty, all.items.allSatisfy({ $0.state.text != "waiting" })
      else { return nil }
      return all.items
    }
  }

  @Test func `start, success and failure are told by webhook and by mail, with the output`()
    async throws
  {
    let hooks = try await PythonServer.webhooks()
    let mail = try await PythonServer.mail()
    try await ClusterScenario.run(
      members: 1,
      settings: [
        "grails.mail.port": "\(mail.port)", "grails.mail.default.from": "Deck <deck@example.com>",
      ]
    ) { scenario in
      let url = "http://localhost:\(hooks.port)/test?id=${execution.id}&status=${execution.status}"
      let notification = """
            onstart:
            - urls: \(url)
            onsuccess:
            - urls: \(url)
            - email:
                recipients: ops@example.com
                attachLog: true
            onfailure:
            - urls: \(url)
              format: json
        """
      let job = try await importJob(notification, scenario.api)
      let good = try await scenario.api.run(job)
      #expect(try await scenario.api.ended(good).status.text == "succeeded")
      let told = try await settled(good, scenario.api)
      #expect(told.map(\.state.text) == ["delivered", "delivered", "delivered"])
      #expect(told.map(\.trigger.text) == ["start", "success", "success"])
      #expect(told[0].deliveries[0].code.int == 200)
      let success = try #require(
        hooks.events.first { $0.line.text == "POST /test?id=\(good)&status=succeeded HTTP/1.1" })
      #expect(success.headers["X-RunDeck-Notification-Execution-Status"].text == "succeeded")
      #expect(success.headers["X-RunDeck-Notification-Execution-ID"].text == "\(good)")
      #expect(success.headers["X-RunDeck-Notification-Trigger"].text == "success")
      #expect(success.headers["Content-Type"].text == "text/xml; charset=UTF-8")
      #expect(success.headers["Host"].text == "localhost:\(hooks.port)")
      #expect(
        success.body.text?.hasPrefix(
          "<notification trigger='success' status='succeeded' executionId='\(good)'>") == true)
      #expect(hooks.events.contains { $0.path.text == "/test?id=\(good)&status=running" })
      let message = try #require(mail.events.first)
      #expect(message.subject.text == "SUCCESS [test] /told")
      #expect(message.parts.items.last?["text"].text == "out\n")
      let bad = try await scenario.api.run(
        try await importJob(notification, command: "exit 3", scenario.api))
      #expect(try await scenario.api.ended(bad).status.text == "failed")
      _ = try await settled(bad, scenario.api)
      let failure = try #require(
        hooks.events.first { $0.path.text == "/test?id=\(bad)&status=failed" })
      let body = try JSONDocument(Array((failure.body.text ?? "").utf8))
      #expect(body.trigger.text == "failure" && body.execution.status.text == "failed")
      #expect(body.execution.failedNodes.items.count == 1)
    }
  }

  @Test func `what a member was delivering when it was killed, another one delivers`() async throws
  {
    let hooks = try await PythonServer.webhooks()
    try await ClusterScenario.run(members: 2) { scenario in
      let job = try await importJob(
        """
            onsuccess:
            - urls: http://127.0.0.1:\(hooks.port)/hang/1/x
        """, scenario.api(0))
      let execution = try await scenario.api(0).run(job)
      _ = try await eventually("it is being delivered") { hooks.events.first }
      let waiting = try await scenario.api(0).json(
        "GET", "/execution/\(execution)/notifications"
      ).notifications[0]
      let deliverer = try #require(waiting.claimedBy.text)
      let members = try await scenario.api(0).json("GET", "/quarterdeck/cluster/members").items
      let dead = try #require(members.first { deliverer.contains($0.uuid.text ?? "?") })
      let index = dead.name.text == "member1" ? 0 : 1
      scenario.members[index].kill()
      let told = try await settled(execution, scenario.api(1 - index))
      #expect(told.map(\.state.text) == ["delivered"])
      let deliveries = told[0].deliveries.items
      #expect(deliveries.count == 2)
      #expect(deliveries.first?.member.text == deliverer && deliveries.first?.ended == .null)
      #expect(deliveries.last?.member.text != deliverer && deliveries.last?.code.int == 200)
      let ids = hooks.events.compactMap { $0.headers["X-Quarterdeck-Delivery"].text }
      #expect(ids == ["\(execution)-success-0-0", "\(execution)-success-0-0"])
    }
  }
}
