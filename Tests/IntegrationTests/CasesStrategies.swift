import HTTPClient
import TestSupport
import Testing

/// Strategies and orchestrators with real agents.
@Suite struct CasesStrategies {
  @Test func `steps of the parallel strategy run at once`() async throws {
    try await Scenario.run(on: .sqlite) { scenario in
      let (a, b) = (scenario.mark("a"), scenario.mark("b"))
      // Each waits for the other one.
      let job = try await scenario.api.importJob(
        Referring.job(
          "both",
          [
            Referring.exec("touch \(a); while ! test -e \(b); do sleep 0.05; done; echo one"),
            Referring.exec("touch \(b); while ! test -e \(a); do sleep 0.05; done; echo two"),
          ], strategy: "parallel"), into: "test")
      let id = try await scenario.api.run(job)
      #expect(try await scenario.api.ending(id) == "succeeded")
      let lines = try await scenario.api.output(id).split(separator: "\n").sorted()
      #expect(lines == ["one", "two"])
    }
  }

  @Test func `rules decide which steps run, and after which`() async throws {
    try await Scenario.run(on: .sqlite) { scenario in
      let api = scenario.api
      let job = try await api.importJob(
        """
        - name: ruled
          options:
          - {name: env, value: QA}
          sequence:
            strategy: ruleset
            pluginConfig:
              WorkflowStrategy:
                ruleset:
                  rules: |-
                    [1] run-after:3
                    [2] run-after:1 if:option.env==QA
                    [3] run-at-start
                    [4] run-after:2,1
            commands:
            - exec: echo first
            - exec: echo second of ${option.env}
            - exec: echo third
            - exec: echo fourth
        """, into: "test")
      for (options, output) in [
        ("{}", "third\nfirst\nsecond of QA\nfourth\n"),
        (#"{"env":"live"}"#, "third\nfirst\nfourth\n"),
      ] {
        let id = try await api.run(job, options: options)
        #expect(try await api.ending(id) == "succeeded")
        #expect(try await api.output(id) == output)
      }
    }
  }

  @Test func `orchestrators choose nodes, with options in their settings and for references`()
    async throws
  {
    try await Scenario.run(on: .sqlite) { scenario in
      try await scenario.withSecondAgent { api in
        let nodes = "nodefilters: {filter: .*, dispatch: {threadcount: '${option.n}'}}"
        let subset = try await api.importJob(
          """
          - name: some
            options: [{name: n, value: '1'}]
            \(nodes)
            orchestrator: {type: subset, configuration: {count: '${option.n}'}}
            sequence: {commands: [{exec: 'echo on ${job.threadcount} of ${job.filter}'}]}
          """, into: "test")
        for count in 1...2 {
          let id = try await api.run(subset, options: #"{"n":"\#(count)"}"#)
          #expect(try await api.ended(id).successfulNodes.items.count == count)
          #expect(
            try await api.output(id) == String(repeating: "on \(count) of .*\n", count: count))
        }
        let chosen = try await api.json(
          "POST", "/job/\(subset)/run", body: #"{"filter":"name: second"}"#)
        let run = try #require(chosen.id.int)
        #expect(try await api.ending(run) == "succeeded")
        #expect(try await api.output(run) == "on 1 of name: second\n")
        let wrong = try await api.send(
          "POST", "/job/\(subset)/run", type: "application/json", body: #"{"options":{"n":"x"}}"#)
        #expect(wrong.status == 400 && wrong.text.contains("threadcount"), "\(wrong.text)")

        _ = try await api.importJob(
          """
          - name: the best
            nodefilters: {filter: .*}
            orchestrator:
              type: orchestrator-highest-lowest-attribute
              configuration: {attribute: rank, sort: highest}
            sequence: {commands: [{exec: 'echo best is ${node.name}'}]}
          """, into: "test")
        let parent = try await api.importJob(
          Referring.job("parent", [Referring.reference("the best")]), into: "test")
        let id = try await api.run(parent)
        #expect(try await api.ending(id) == "succeeded")
        #expect(try await api.output(id) == "best is second\n")
      }
    }
  }
}
