import HTTPClient
import TestSupport
import Testing

/// Retries, time-outs and runs that wait, with real daemons: RUN-07, RUN-08, and deaths in between.
@Suite struct CasesLife {
  private static func job(_ name: String, _ command: String, _ keys: String...) -> String {
    """
    - name: \(name)
    \(keys.map { "  \($0)" }.joined(separator: "\n"))
      sequence:
        keepgoing: false
        strategy: node-first
        commands:
        - exec: '\(command)'
    """
  }

  @Test(arguments: Engine.all)
  func `RUN-07 a failing job is tried twice again, and each try says which is the next`(
    on engine: Engine
  ) async throws {
    try await Scenario.run(on: engine) { scenario in
      let api = scenario.api
      let job = try await api.importJob(
        Self.job("fails", "echo ${job.retryAttempt} ${job.wasRetry}; exit 1", "retry: 2"),
        into: "test")
      let first = try await api.ended(try await api.run(job))
      #expect(first.status.text == "failed-with-retry")
      let second = try await api.ended(try #require(first.retriedExecution.id.int))
      #expect(second.status.text == "failed-with-retry" && second.retryAttempt.int == 1)
      #expect(second.retryPrevId.int == first.id.int)
      let third = try await api.ended(try #require(second.retriedExecution.id.int))
      #expect(third.status.text == "failed" && third.retryAttempt.int == 2)
      #expect(third.retriedExecution.id.int == nil)
      #expect(third.retryOriginalId.int == first.id.int)
      let output = try await api.output(try #require(third.id.int))
      #expect(output.hasPrefix("2 true\n"))
      #expect(try await api.count("/job/\(job)/executions") == 3)
      #expect(try await api.count("/job/\(job)/executions?status=failed-with-retry") == 2)
    }
  }

  @Test(arguments: Engine.all)
  func `RUN-08 a job that takes too long ends timedout, and is tried again before`(
    on engine: Engine
  ) async throws {
    try await Scenario.run(on: engine) { scenario in
      let api = scenario.api
      let once = try await api.importJob(
        Self.job("slow", "sleep 60", "timeout: 1s"), into: "test")
      #expect(try await api.ending(api.run(once)) == "timedout")
      let twice = try await api.importJob(
        Self.job("slower", "sleep 60", "timeout: 1s", "retry: 1"), into: "test")
      let first = try await api.ended(try await api.run(twice))
      #expect(first.status.text == "failed-with-retry")
      let second = try #require(first.retriedExecution.id.int)
      #expect(try await api.ending(second) == "timedout")
    }
  }

  @Test(arguments: Engine.all)
  func `a try whose member is killed before its time begins once, when it has come`(
    on engine: Engine
  ) async throws {
    try await Scenario.run(on: engine) { scenario in
      let job = try await scenario.api.importJob(
        Self.job("fails", "exit 1", "retry: {retry: 1, delay: 3s}"), into: "test")
      let first = try await scenario.api.ended(try await scenario.api.run(job))
      scenario.member.kill()
      let next = try #require(first.retriedExecution.id.int)
      scenario.member = try await scenario.installation.startControlPlane()
      let ended = try await scenario.api.ended(next)
      #expect(ended.status.text == "failed" && ended.retryAttempt.int == 1)
      #expect(try await scenario.api.count("/job/\(job)/executions") == 2)
    }
  }

  @Test(arguments: Engine.all)
  func `runs that wait begin in their order although the member is killed`(on engine: Engine)
    async throws
  {
    try await Scenario.run(on: engine) { scenario in
      let job = try await scenario.api.importJob(
        Self.job(
          "one by one",
          "echo ${job.execid} >> \(scenario.mark("order")); "
            + "while [ ! -e \(scenario.mark("go")) ]; do sleep 0.02; done",
          "quarterdeck.overlap: queue"), into: "test")
      var runs: [Int] = []
      for _ in 1...4 { runs.append(try await scenario.api.run(job)) }
      let waiting = try await scenario.api.json("GET", "/execution/\(runs[1])")
      #expect(waiting.status.text == "queued")
      #expect(waiting.waiting.why.text?.contains("(\(runs[0]))") == true)
      try await scenario.wait(for: "order")
      scenario.member.kill()
      try scenario.set("go")
      scenario.member = try await scenario.installation.startControlPlane()
      for run in runs { #expect(try await scenario.api.ending(run) == "succeeded") }
      let order = String(decoding: try readFile(scenario.mark("order")), as: UTF8.self)
      #expect(order == runs.map { "\($0)\n" }.joined(separator: ""))
    }
  }

  @Test func `a job runs again with the values of an execution, on the nodes that failed`()
    async throws
  {
    try await Scenario.run(on: .sqlite) { scenario in
      let api = scenario.api
      let job = try await api.importJob(
        """
        - name: on nodes
          nodefilters: {filter: 'name: .*'}
          options:
          - {name: code, value: '0'}
          sequence:
            keepgoing: false
            strategy: node-first
            commands:
            - exec: 'exit ${option.code}'
        """, into: "test")
      let failed = try await api.run(job, options: #"{"code":"1"}"#)
      #expect(try await api.ending(failed) == "failed")
      let again = try await api.json("POST", "/job/\(job)/retry/\(failed)")
      #expect(again.argstring.text == "-code 1")
      let number = try #require(again.id.int)
      #expect(try await api.ending(number) == "failed")
      let better = try await api.json(
        "POST", "/job/\(job)/retry/\(failed)?option.code=0&failedNodes=false")
      let succeeded = try #require(better.id.int)
      #expect(try await api.ending(succeeded) == "succeeded")
      let refused = try await api.send("POST", "/job/\(job)/retry/\(succeeded)")
      #expect(refused.status == 400)
      #expect(try await api.send("POST", "/job/\(job)/retry/999999").status == 404)
    }
  }
}
