import HTTPClient
import TestSupport
import Testing

/// Agents that come back with a new credential, and agents that go for good.
@Suite struct AgentRemovalTests {
  @Test func `an agent is renewed under its name, and a removed one is no node any more`()
    async throws
  {
    try await Scenario.run(on: .sqlite) { scenario in
      let api = scenario.api
      let known = try await api.json("GET", "/quarterdeck/agents")[0].id.text
      await scenario.agent.stop()
      try await scenario.installation.enrolAgent(renewing: true)
      scenario.agent = try await scenario.installation.startAgent()
      #expect(try await api.json("GET", "/quarterdeck/agents")[0].id.text == known)
      try await api.json("DELETE", "/quarterdeck/agents/sidecar")
      #expect(try await api.json("GET", "/quarterdeck/agents").items.isEmpty)
      let again = try await api.send("DELETE", "/quarterdeck/agents/sidecar")
      #expect(again.status == 404)
      #expect(again.text.contains("Agent does not exist: sidecar"))
      let unknown = try await api.send(
        "POST", "/quarterdeck/agents/enrolment", type: "application/json",
        body: #"{"agent":"nobody"}"#)
      #expect(unknown.status == 404)
    }
  }
}
