import HTTPClient
import TestSupport
import Testing

/// The cases EXE of the list of behaviours, with a real agent.
@Suite struct CasesExecutions {
  @Test(arguments: Engine.all)
  func `EXE-01, 06 and 08 an ad hoc command is shown, has a state and can be aborted`(
    on engine: Engine
  ) async throws {
    try await Scenario.run(on: engine) { scenario in
      let api = scenario.api
      let id = try await api.command("echo hello")
      let shown = try await api.ended(id)
      #expect(shown.id == .number(Double(id)))
      #expect(shown.href.text == "\(api.server)/api/59/execution/\(id)")
      #expect(shown.permalink.text == "\(api.server)/project/test/execution/show/\(id)")
      #expect(shown.status.text == "succeeded" && shown.project.text == "test")
      #expect(shown.user.text == "admin" && shown.executionType.text == "user")
      #expect(shown.successfulNodes.items == [.text("sidecar")])
      #expect(shown["date-ended"].unixtime.int ?? 0 >= shown["date-started"].unixtime.int ?? 1)

      let state = try await api.json("GET", "/execution/\(id)/state")
      #expect(state.executionState.text == "SUCCEEDED" && state.completed.bool == true)
      #expect(state.targetNodes.items == [.text("sidecar")])
      #expect(state.serverNode.text == "sidecar" && state.stepCount.int == 1)
      #expect(state.nodes.sidecar[0].executionState.text == "SUCCEEDED")

      let sleeping = try await api.command("echo up; sleep 120")
      try await api.output(sleeping, containing: "up")
      let running = try await api.json("GET", "/project/test/executions/running")
      #expect(running.executions.items.map(\.id.int) == [sleeping])
      let answer = try await api.json("POST", "/execution/\(sleeping)/abort")
      #expect(answer.abort.status.text == "pending")
      #expect(answer.execution.id == .text("\(sleeping)"))
      #expect(answer.execution.status.text == "running")
      let aborted = try await api.ended(sleeping)
      #expect(aborted.status.text == "aborted" && aborted.abortedby.text == "admin")
      let abortedState = try await api.json("GET", "/execution/\(sleeping)/state")
      #expect(abortedState.executionState.text == "ABORTED")
      let again = try await api.json("POST", "/execution/\(sleeping)/abort")
      #expect(again.abort.status.text == "failed" && again.execution.status.text == "aborted")
    }
  }

  @Test func `EXE-10, 11 and 12 a project's executions are listed and filtered`() async throws {
    try await Scenario.run(on: .sqlite) { scenario in
      let api = scenario.api
      let jobs = try await run(Self.history, api)
      for (query, count) in Self.queries(jobs[0], jobs[1]) {
        let found = try await api.count("/project/test/executions?\(query)")
        #expect(found == count, "\(query)")
      }
      let running = try await api.send("GET", "/project/test/executions/running")
      #expect(running.status == 200 && running.json.members["executions"] == .list([]))
      let metrics = try await api.metrics()
      #expect(metrics.contains("quarterdeck_agents_connected 1"))
      #expect(metrics.contains("quarterdeck_executions_carried 0"))
      #expect(metrics.contains("quarterdeck_http_requests_total"))
      let anything = try await api.send("GET", "/project/test/executions", accept: "*/*")
      #expect(anything.json.paging.total.int == 4)
    }
  }

  private func run(_ documents: [String], _ api: APIClient) async throws -> [String] {
    var jobs: [String] = []
    for document in documents { jobs.append(try await api.importJob(document, into: "test")) }
    let executions = [
      try await api.command("echo one"), try await api.command("false"),
      try await api.run(jobs[0]), try await api.run(jobs[1]),
    ]
    var endings: [String?] = []
    for execution in executions { endings.append(try await api.ending(execution)) }
    #expect(endings == ["succeeded", "failed", "succeeded", "succeeded"])
    return jobs
  }

  private static let history = [("api job", "api/tests", "the first"), ("second", "", "other")].map
  {
    """
    - name: \($0)
      group: '\($1)'
      description: \($2)
      sequence: {keepgoing: false, strategy: node-first, commands: [{exec: 'true'}]}
    """
  }

  private static func queries(_ first: String, _ second: String) -> [(String, Int)] {
    [
      ("begin=2020-01-01T00:00:00Z", 4), ("begin=2100-01-01T00:00:00Z", 0),
      ("jobIdListFilter=\(first)", 1),
      ("jobIdListFilter=\(first)&jobIdListFilter=\(second)", 2), ("jobIdListFilter=none", 0),
      ("excludeJobIdListFilter=\(first)", 1), ("excludeJobIdListFilter=\(second)", 1),
      ("excludeJobIdListFilter=\(first)&excludeJobIdListFilter=\(second)", 0),
      ("excludeJobIdListFilter=none", 2), ("jobFilter=api", 1), ("jobFilter=zebra", 0),
      ("jobListFilter=api/tests/api+job&jobListFilter=second", 2), ("jobListFilter=api/none", 0),
      ("excludeJobListFilter=api/tests/api+job&excludeJobListFilter=second", 0),
      ("excludeJobListFilter=second", 1), ("excludeJobListFilter=none", 2),
      ("jobExactFilter=second", 1), ("jobExactFilter=secon", 0), ("groupPath=api", 1),
      ("groupPath=none", 0), ("groupPathExact=api/tests", 1), ("groupPathExact=api", 0),
      ("descFilter=first", 1), ("descFilter=zebra", 0), ("userFilter=admin", 4),
      ("userFilter=nobody", 0), ("statusFilter=succeeded", 3), ("statusFilter=aborted", 0),
      ("statusFilter=failed", 1), ("adhoc=true", 2), ("adhoc=false", 2),
      ("executionTypeFilter=user", 4), ("executionTypeFilter=scheduled", 0), ("max=1", 1),
      ("max=3&offset=2", 2),
    ]
  }
}
