import HTTPClient
import TestSupport
import Testing

/// Options of due instants whose allowed values a server has.
@Suite struct CasesScheduledOptions {
  private static func job(_ name: String, value: String, from path: String, on port: Int) -> String
  {
    """
    - name: \(name)
      multipleExecutions: true
      options:
      - name: repo
        enforced: true
        value: '\(value)'
        valuesUrl: 'http://127.0.0.1:\(port)/\(path)#timeout=2;retry=0'
      schedule: {crontab: '* * * * * ? *'}
      timeZone: UTC
      sequence:
        keepgoing: false
        strategy: node-first
        commands:
        - exec: echo got ${option.repo}
    """
  }

  /// The first outcome of that kind in the ledger, with that detail where one is given.
  private func fire(
    _ job: String, _ outcome: String, _ detail: String, _ api: APIClient
  ) async throws -> JSONDocument {
    try await eventually("an instant of \(job) is \(outcome)") {
      try await api.json("GET", "/quarterdeck/ledger/fires?job=\(job)").fires.items.first {
        $0.outcome.text == outcome && (detail.isEmpty || $0.detail.text?.contains(detail) == true)
      }
    }
  }

  @Test(arguments: Engine.all)
  func `a due instant is held to its server's values, and a silent server holds up no other`(
    on engine: Engine
  ) async throws {
    let server = try await PythonServer.optionValues()
    try await Scenario.run(on: engine) { scenario in
      let api = scenario.api
      let silent = try await api.importJob(
        Self.job("silent", value: "b", from: "never", on: server.port), into: "test")
      let wrong = try await api.importJob(
        Self.job("wrong", value: "c", from: "repos", on: server.port), into: "test")
      let right = try await api.importJob(
        Self.job("right", value: "b", from: "repos", on: server.port), into: "test")
      let ran = try #require(try await fire(right, "ran", "", api).execution.int)
      #expect(try await api.ending(ran) == "succeeded")
      #expect(try await api.output(ran) == "got b\n")
      #expect(try await api.ended(ran).job.options.repo.text == "b")
      let refused = try await fire(
        wrong, "skipped", "Option 'repo' value: c was not in the allowed values: [a b, b]", api)
      #expect(refused.reason.text == "invalid")
      let late = try await fire(silent, "skipped", "did not answer in time", api)
      #expect(late.detail.text?.contains("Option 'repo': its allowed values could not") == true)
      #expect(try await api.count("/job/\(wrong)/executions") == 0)
      #expect(try await api.count("/job/\(silent)/executions") == 0)
    }
  }
}
