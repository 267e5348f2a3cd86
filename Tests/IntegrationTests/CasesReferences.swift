import HTTPClient
import TestSupport
import Testing

/// Jobs that refer to jobs, with a real agent: EXE-05, EXE-07, RUN-06, RUN-16, RUN-19 and RUN-20.
@Suite struct CasesReferences {
  @Test func `EXE-05 and EXE-07 an option goes down two references, and the state shows them all`()
    async throws
  {
    try await Scenario.run(on: .sqlite) { scenario in
      let api = scenario.api
      let missing = try await api.send("GET", "/execution/000/state")
      #expect(missing.status == 404)
      #expect(missing.json.errorCode.text == "api.error.item.doesnotexist")
      #expect(missing.json.message.text == "Execution does not exist: 000")

      _ = try await api.importJob(
        Referring.job("grandchild", [Referring.exec("echo got ${option.opt1}")], options: ["opt1"]),
        into: "test")
      _ = try await api.importJob(
        Referring.job(
          "child",
          [Referring.reference("grandchild", args: "-opt1 ${option.opt1}", nodeStep: true)],
          options: ["opt1"]), into: "test")
      let parent = try await api.importJob(
        Referring.job(
          "parent", [Referring.reference("child", args: "-opt1 ${option.opt1}", nodeStep: true)],
          options: ["opt1"]), into: "test")
      let started = try await api.json("POST", "/job/\(parent)/run?argString=-opt1+foobar")
      let id = try #require(started.id.int)
      #expect(try await api.ending(id) == "succeeded")
      #expect(try await api.output(id) == "got foobar\n")

      let state = try await api.json("GET", "/execution/\(id)/state")
      let node = try #require(state.serverNode.text)
      let step = state.steps[0]
      #expect(step.nodeStates[node].executionState.text == "SUCCEEDED")
      #expect(step.hasSubworkflow.bool == true)
      let below = step.parameterStates["node=\(node)"]
      #expect(below.stepctx.text == "1@node=\(node)")
      #expect(below.workflow.steps[0].stepctx.text == "1@node=\(node)/1")
      #expect(below.workflow.executionState.text == "SUCCEEDED")
      let leaf = step.workflow.steps[0].workflow.steps[0]
      #expect(leaf.stepctx.text == "1@node=\(node)/1@node=\(node)/1")
      #expect(leaf.nodeStates[node].executionState.text == "SUCCEEDED")
      #expect(state.nodes[node].items.count == 3)
      let output = try await api.json("GET", "/execution/\(id)/output")
      #expect(output.entries[0].stepctx.text == "1@node=\(node)/1@node=\(node)/1")
    }
  }

  @Test(arguments: Engine.all)
  func `RUN-06 and RUN-20 a job is referred to in parallel, as workflow step and as node step`(
    on engine: Engine
  ) async throws {
    try await Scenario.run(on: engine) { scenario in
      let api = scenario.api
      let child = try await api.importJob(
        Referring.job(
          "child", [Referring.exec("sleep 1; echo child")], more: "uuid: 5e5c1a1e-child"),
        into: "test")
      for named in ["name: child", "uuid: \(child), name: an old name"] {
        let parent = try await api.importJob(
          Referring.job(
            "parent \(named.hasPrefix("uuid"))",
            [
              "jobref: {\(named)}",
              "jobref: {\(named), nodeStep: 'true'}",
            ], strategy: "parallel"), into: "test")
        let id = try await api.run(parent)
        #expect(try await api.ending(id) == "succeeded")
        #expect(try await api.output(id) == "child\nchild\n")
        let state = try await api.json("GET", "/execution/\(id)/state")
        let first = try #require(state.nodes.members.values.first)
        #expect(!first.items.isEmpty)
        #expect(first.items.allSatisfy { $0.executionState.text == "SUCCEEDED" })
      }
    }
  }

  @Test func `RUN-16 concurrent runs of jobs that refer to each other all succeed`() async throws {
    try await Scenario.run(on: .postgresql) { scenario in
      let api = scenario.api
      let many = "multipleExecutions: true"
      _ = try await api.importJob(
        Referring.job("d", [Referring.exec("echo d")], more: many), into: "test")
      for name in ["b", "c"] {
        _ = try await api.importJob(
          Referring.job(name, [Referring.reference("d", args: "-x y")], more: many), into: "test")
      }
      let a = try await api.importJob(
        Referring.job(
          "a", [Referring.reference("b"), Referring.reference("c", nodeStep: true)],
          strategy: "parallel", more: many), into: "test")
      var ids: [Int] = []
      for number in 1...3 {
        let answer = try await api.json("POST", "/job/\(a)/run?argString=-unknown+\(number)")
        ids.append(try #require(answer.id.int))
      }
      for id in ids {
        #expect(try await api.ending(id) == "succeeded")
        #expect(try await api.output(id) == "d\nd\n")
      }
    }
  }

  @Test(arguments: [false, true])
  func `RUN-19 a reference to a job that is not there fails, and a handler recovers it`(
    nodeStep: Bool
  ) async throws {
    try await Scenario.run(on: .sqlite) { scenario in
      let api = scenario.api
      let gone = try await api.importJob(
        Referring.job("Job to delete", [Referring.exec("true")]), into: "test")
      let parent = try await api.importJob(
        """
        - name: parent
          sequence:
            keepgoing: false
            strategy: node-first
            commands:
            - jobref: {name: Job to delete, uuid: \(gone), useName: 'true', nodeStep: '\(nodeStep)'}
              errorhandler:
                exec: echo recovered from ${result.reason}
                keepgoingOnSuccess: true
            - exec: echo last
        """, into: "test")
      #expect(try await api.send("DELETE", "/job/\(gone)").status == 204)
      let answer = try await api.json(
        "POST", "/job/\(parent)/executions", body: #"{"loglevel":"INFO"}"#)
      let id = try #require(answer.id.int)
      #expect(try await api.ending(id) == "succeeded")
      let output = try await api.output(id)
      #expect(output.contains("Job [Job to delete] not found by name, project"), "\(output)")
      #expect(output.contains("recovered from NotFound\nlast\n"), "\(output)")
    }
  }

  @Test func `a cycle of references and a deep one end with a clear failure`() async throws {
    try await Scenario.run(on: .sqlite) { scenario in
      let api = scenario.api
      let one = try await api.importJob(
        Referring.job("one", [Referring.reference("two")]), into: "test")
      _ = try await api.importJob(
        Referring.job("two", [Referring.reference("one")]), into: "test")
      let id = try await api.run(one)
      #expect(try await api.ending(id) == "failed")
      let output = try await api.output(id)
      #expect(output.contains("Job [one] refers to itself"), "\(output)")
    }
  }

  @Test func `an abort reaches the steps of referenced jobs`() async throws {
    try await Scenario.run(on: .sqlite) { scenario in
      let api = scenario.api
      _ = try await api.importJob(
        Referring.job("child", [Referring.exec("echo up; sleep 100")]), into: "test")
      let parent = try await api.importJob(
        Referring.job("parent", [Referring.reference("child"), Referring.exec("echo never")]),
        into: "test")
      let id = try await api.run(parent)
      try await api.output(id, containing: "up")
      try await api.json("POST", "/execution/\(id)/abort")
      #expect(try await api.ending(id) == "aborted")
      let state = try await api.json("GET", "/execution/\(id)/state")
      #expect(state.steps[0].executionState.text == "ABORTED")
      #expect(state.steps[0].workflow.steps[0].executionState.text == "ABORTED")
      #expect(state.steps[1].executionState.text == "NOT_STARTED")
    }
  }
}

/// Job documents that refer to each other.
enum Referring {
  static func exec(_ command: String) -> String { "exec: '\(command)'" }

  static func reference(_ name: String, args: String? = nil, nodeStep: Bool = false) -> String {
    let arguments = args.map { ", args: '\($0)'" } ?? ""
    return "jobref: {name: \(name)\(arguments)\(nodeStep ? ", nodeStep: 'true'" : "")}"
  }

  static func job(
    _ name: String, _ steps: [String], options: [String] = [], strategy: String = "node-first",
    more: String = "description: ''"
  ) -> String {
    let listed = options.map { "\n  - {name: \($0)}" }.joined()
    return """
      - name: \(name)
        \(more)\(options.isEmpty ? "" : "\n  options:\(listed)")
        sequence:
          keepgoing: false
          strategy: \(strategy)
          commands:
      \(steps.map { "    - \($0)" }.joined(separator: "\n"))
      """
  }
}
