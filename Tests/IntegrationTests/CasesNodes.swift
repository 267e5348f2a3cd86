import HTTPClient
import TestSupport
import Testing

/// Which of two agents a run goes to, and in which order.
@Suite struct CasesNodes {
  @Test func `a node filter selects agents by name, tag, pattern and attribute`() async throws {
    try await Scenario.run(on: .sqlite) { scenario in
      try await scenario.withSecondAgent { api in
        for (filter, nodes) in [
          ("second", ["second"]), ("name: sidecar", ["sidecar"]), (".*", ["second", "sidecar"]),
          ("tags: blue", ["second"]), ("tags: blue+web", ["second"]), ("tags: green", []),
          ("colour: navy", ["second"]), ("name: s.* !tags: blue", ["sidecar"]),
          ("sidecar,second", ["second", "sidecar"]),
        ] {
          let id = try await api.command("echo ${node.name}", "&filter=\(escaped(filter))")
          #expect(try await api.ending(id) == (nodes.isEmpty ? "failed" : "succeeded"), "\(filter)")
          let output = try await api.output(id)
          if !nodes.isEmpty { #expect(output == nodes.map { "\($0)\n" }.joined(), "\(filter)") }
          let state = try await api.json("GET", "/execution/\(id)/state")
          #expect(Set(state.targetNodes.items.compactMap(\.text)) == Set(nodes), "\(filter)")
        }
        try await keepgoing(api)
      }
    }
  }

  /// Nodes one after the other; after a failure the next one's turn comes only with `keepgoing`.
  private func keepgoing(_ api: APIClient) async throws {
    for (keepgoing, output) in [(true, "second\nsidecar\n"), (false, "second\n")] {
      let job = try await api.importJob(
        """
        - name: keepgoing \(keepgoing)
          nodefilters: {filter: .*, dispatch: {threadcount: '1', keepgoing: \(keepgoing)}}
          sequence:
            keepgoing: false
            strategy: node-first
            commands:
            - exec: echo ${node.name}; test ${node.name} = sidecar
            - exec: test ${node.name} = sidecar
        """, into: "test")
      let id = try await api.run(job)
      let ended = try await api.ended(id)
      #expect(ended.status.text == "failed" && ended.failedNodes.items == [.text("second")])
      #expect(ended.successfulNodes.items == (keepgoing ? [.text("sidecar")] : []))
      let lines = try await api.output(id).split(separator: "\n").filter {
        !$0.contains("Failed") && !$0.hasPrefix("Result: ")
      }
      #expect(lines.map { "\($0)\n" }.joined() == output)
    }
  }
}

extension Scenario {
  /// Lets `body` work with a second agent, of node `second`, with tags and attributes.
  func withSecondAgent(_ body: (APIClient) async throws -> Void) async throws {
    try await installation.enrolAgent("second")
    let file = "\(installation.folder)/second.properties"
    let settings = String(decoding: try readFile(file), as: UTF8.self)
    try writeFile(
      file,
      settings + """
        quarterdeck.agent.tags=blue,web
        quarterdeck.agent.attribute.colour=navy
        quarterdeck.agent.attribute.rank=5

        """)
    let second = try await installation.startAgent("second")
    try await body(api)
    await second.stop()
  }
}
