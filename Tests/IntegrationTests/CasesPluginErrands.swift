import HTTPClient
import TestSupport
import Testing

/// What plugins do outside of workflows: telling somebody, and listing values of options.
@Suite struct CasesPluginErrands {
  @Test func `a plugin's values for an option come from the agent, and its failure is told`()
    async throws
  {
    try await ExamplePlugin.with { scenario, _ in
      let path = "/project/test/quarterdeck/option-values"
      let values = try await scenario.api.json("GET", "\(path)/list").items
      #expect(values.map(\.name.text) == ["a", "b"] && values.map(\.value.text) == ["1", "2:3"])
      let broken = try await scenario.api.send("GET", "\(path)/broken")
      #expect(broken.status == 502 && broken.text.contains("Result code was 4"))
      #expect(try await scenario.api.send("GET", "\(path)/none").status == 404)
      #expect(try await scenario.api.json("GET", "/projects").items.map(\.name.text) == ["test"])
    }
  }

  @Test func `notifications by a plugin are delivered by the agent, and one that hangs is ended`()
    async throws
  {
    try await ExamplePlugin.with([
      "quarterdeck.plugins.notificationTimeout": "1", "quarterdeck.notification.attempts": "2",
      "quarterdeck.notification.pause": "10ms",
    ]) { scenario, _ in
      let api = scenario.api
      func notify(_ to: String) -> String {
        "\n    - plugin: {type: tell, configuration: {to: \(to)}}"
      }
      let id = try await api.runPlugged(
        "- exec: echo done",
        more: "  notification:\n    onsuccess:" + notify("ops") + notify("nobody") + notify("bad"))
      #expect(try await api.ending(id) == "succeeded")
      let told = try await eventually("all are settled") {
        let all = try await api.json("GET", "/execution/\(id)/notifications").notifications.items
        return all.allSatisfy { $0.state.text != "waiting" } && all.count == 3 ? all : nil
      }
      let states = told.map(\.state.text)
      #expect(states.sorted { $0 ?? "" < $1 ?? "" } == ["dead", "dead", "delivered"])
      let delivered = try #require(told.first { $0.state.text == "delivered" })
      #expect(delivered.deliveries[0].answer.text == "success succeeded to ops")
      #expect(delivered.deliveries[0].code.int == 0)
      let errors = told.compactMap(\.error.text)
      #expect(errors.contains { $0.contains("did not end in time") })
      #expect(errors.contains { $0.contains("Result code was 3") })
      // What ran for them is no execution of the project, and no project of anybody's.
      let listed = try await api.json("GET", "/project/test/executions").executions.items
      #expect(listed.compactMap(\.id.int) == [id])
      #expect(try await api.json("GET", "/projects").items.map(\.name.text) == ["test"])
    }
  }
}
