import TestSupport
import Testing

/// RUN-18: what error handlers make of a workflow whose first step always fails.
@Suite struct CasesHandlers {
  struct Case: Sendable, CustomStringConvertible {
    let name: String
    let keepgoing: Bool
    let handler: String
    var keepgoingOnSuccess = false
    let status: String
    let output: [String]
    var description: String { name }
  }

  private static let all = [
    Case(
      name: "a", keepgoing: true, handler: "echo handled", status: "succeeded",
      output: ["handled", "last"]),
    Case(
      name: "b", keepgoing: true, handler: "echo handled; false", status: "failed",
      output: ["handled", "last"]),
    Case(
      name: "c", keepgoing: false, handler: "echo handled; false", status: "failed",
      output: ["handled"]),
    Case(
      name: "d", keepgoing: false, handler: "echo handled", status: "failed",
      output: ["handled"]),
    Case(
      name: "e", keepgoing: false, handler: "echo handled", keepgoingOnSuccess: true,
      status: "succeeded", output: ["handled", "last"]),
  ]

  @Test func `RUN-18 a handler's end is its step's, and keepgoing decides what follows`()
    async throws
  {
    try await Scenario.run(on: .sqlite) { scenario in
      for one in Self.all {
        let job = try await scenario.api.importJob(
          """
          - name: handled \(one.name)
            sequence:
              keepgoing: \(one.keepgoing)
              strategy: node-first
              commands:
              - exec: 'false'
                errorhandler:
                  exec: \(one.handler)
                  keepgoingOnSuccess: \(one.keepgoingOnSuccess)
              - exec: echo last
          """, into: "test")
        let id = try await scenario.api.run(job)
        #expect(try await scenario.api.ending(id) == one.status, "\(one)")
        let lines = try await scenario.api.output(id).split(separator: "\n").map(String.init)
        let printed = lines.filter { !$0.hasPrefix("Failed: ") && !$0.hasPrefix("Result: ") }
        #expect(printed == one.output, "\(one): \(lines)")
      }
    }
  }

  @Test func `a handler sees why its step failed, and its output has its own step context`()
    async throws
  {
    try await Scenario.run(on: .postgresql) { scenario in
      let api = scenario.api
      let job = try await api.importJob(
        """
        - name: told
          sequence:
            keepgoing: false
            strategy: node-first
            commands:
            - exec: exit 7
              errorhandler:
                exec: touch \(scenario.mark("handling")); while [ ! -e \(scenario.mark("go")) ]; do sleep 0.02; done; echo ${result.reason}/${result.resultCode}/${result.message}
                keepgoingOnSuccess: true
        """, into: "test")
      let id = try await api.run(job)
      try await scenario.wait(for: "handling")
      let running = try await api.json("GET", "/execution/\(id)/state")
      #expect(running.steps[0].executionState.text == "RUNNING_HANDLER")
      #expect(running.executionState.text == "RUNNING")
      try scenario.set("go")
      #expect(try await api.ending(id) == "succeeded")
      let output = try await api.output(id)
      #expect(output.hasSuffix("NonZeroResultCode/7/Result code was 7\n"), "\(output)")
      let state = try await api.json("GET", "/execution/\(id)/state")
      #expect(state.steps[0].executionState.text == "SUCCEEDED")
      let entries = try await api.json("GET", "/execution/\(id)/output").entries.items
      #expect(entries.map(\.stepctx.text) == ["1", "1", "1e"])
    }
  }
}
