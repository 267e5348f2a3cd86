import HTTPClient
import TestSupport
import Testing

/// The cases RUN of plain jobs, and JOB-09.
@Suite struct CasesRuns {
  @Test(arguments: Engine.all)
  func `RUN-01, 02 and 04 a job's executions are listed by their ending`(
    on engine: Engine
  ) async throws {
    try await Scenario.run(on: engine) { scenario in
      let api = scenario.api
      let job = try await api.importJob(Jobs.options, into: "test")
      let list = "/job/\(job)/executions"
      #expect(try await api.count(list) == 0)
      let first = try #require(
        try await api.json("POST", "/job/\(job)/run?argString=-opt2+a").id.int)
      #expect(first > 0)
      #expect(try await api.json("GET", list).executions.items.map(\.id.int) == [first])
      #expect(try await api.ending(first) == "succeeded")
      #expect(try await api.count("\(list)?status=succeeded") == 1)
      let second = try await api.run(job, options: #"{"opt2":"b"}"#)
      #expect(try await api.ending(second) == "succeeded")
      for (query, count) in [
        ("", 2), ("max=1", 1), ("max=1&offset=1", 1), ("status=some_status", 0),
      ] {
        #expect(try await api.count("\(list)?\(query)") == count, "\(query)")
      }
      try await failingAndSleeping(api, scenario)
    }
  }

  private func failingAndSleeping(_ api: APIClient, _ scenario: Scenario) async throws {
    let failing = try await api.importJob(Jobs.commands("failing", "exit 3"), into: "test")
    #expect(try await api.ending(api.run(failing)) == "failed")
    #expect(try await api.count("/job/\(failing)/executions?status=failed") == 1)
    let sleeping = try await api.importJob(
      Jobs.commands("sleeping", "touch \(scenario.mark("up")); sleep 100"), into: "test")
    let id = try await api.run(sleeping)
    try await scenario.wait(for: "up")
    let running = try await api.json("GET", "/job/\(sleeping)/executions?status=running")
    #expect(running.executions.items.map(\.id) == [.number(Double(id))])
    try await api.json("POST", "/execution/\(id)/abort")
    #expect(try await api.ending(id) == "aborted")
    #expect(try await api.count("/job/\(sleeping)/executions?status=aborted") == 1)
  }

  @Test func `RUN-11, 13, 14, 22 and 25 options are taken and several runs go on at once`()
    async throws
  {
    try await Scenario.run(on: .sqlite) { scenario in
      let api = scenario.api
      let job = try await api.importJob(Jobs.options, into: "test")
      let one = try await api.run(job, options: #"{"opt2":"a"}"#)
      #expect(try await api.ending(one) == "succeeded")
      let two = try await api.run(job, options: #"{"opt1":"xyz","opt2":"def"}"#)
      let shown = try await api.ended(two)
      #expect(shown.argstring.text == "-opt1 xyz -opt2 def")
      #expect(shown.job.options == .object(["opt1": .text("xyz"), "opt2": .text("def")]))
      #expect(try await api.output(two) == "xyz def\n")
      let refused = try await api.send(
        "POST", "/job/\(job)/run", type: "application/json", body: "{}")
      #expect(refused.status == 400)
      #expect(
        refused.json.message.text == "Job options were not valid: Option 'opt2' is required.")
      let same = try await api.json("POST", "/job/\(job)/executions?option.opt2=x")
      #expect(try await api.ending(try #require(same.id.int)) == "succeeded")
      #expect(try await api.count("/job/\(job)/executions") == 3)

      let many = try await api.importJob(
        Jobs.commands("many", "while [ ! -e \(scenario.mark("go")) ]; do sleep 0.02; done")
          + "\n  multipleExecutions: true", into: "test")
      var ids: [Int] = []
      for _ in 1...3 { ids.append(try await api.run(many)) }
      #expect(Set(ids).count == 3)
      try scenario.set("go")
      for id in ids { #expect(try await api.ending(id) == "succeeded") }
    }
  }

  @Test func `RUN-12 a job whose nodes are not selected fails until a run names them`() async throws
  {
    try await Scenario.run(on: .sqlite) { scenario in
      let api = scenario.api
      let job = try await api.importJob(
        Jobs.commands("unselected", "echo on ${node.name}")
          + """

            nodefilters: {filter: 'name: .*', dispatch: {threadcount: '1', keepgoing: true}}
            nodesSelectedByDefault: false
          """, into: "test")
      #expect(try await api.ending(api.run(job)) == "failed")
      let chosen = try await api.json(
        "POST", "/job/\(job)/run", body: #"{"filter":"name: .*"}"#)
      let id = try #require(chosen.id.int)
      #expect(try await api.ending(id) == "succeeded")
      #expect(try await api.output(id) == "on sidecar\n")
    }
  }

  @Test func `RUN-23 and JOB-09 a job that may not be executed is not`() async throws {
    try await Scenario.run(on: .sqlite) { scenario in
      let api = scenario.api
      let job = try await api.importJob(Jobs.commands("switched", "true"), into: "test")
      try await api.json("POST", "/job/\(job)/execution/disable")
      let refused = try await api.send("POST", "/job/\(job)/run")
      #expect(refused.status == 400 && refused.json.error.bool == true)
      #expect(try await api.count("/job/\(job)/executions") == 0)
      try await api.json("POST", "/job/\(job)/execution/enable")
      #expect(try await api.ending(api.run(job)) == "succeeded")
      #expect(try await api.count("/job/\(job)/executions") == 1)
    }
  }

  @Test func `RUN-17, 24 and 26 options, node and secrets reach commands and scripts`() async throws
  {
    try await Scenario.run(on: .sqlite) { scenario in
      let api = scenario.api
      let node = try await api.json("GET", "/system/info").system.rundeck.node.text ?? "none"
      let steps = try await api.importJob(Jobs.workflow, into: "test")
      let id = try await api.run(steps, options: #"{"opt1":"testvalue","opt2":"a b"}"#)
      #expect(try await api.ending(id) == "succeeded")
      #expect(
        try await api.output(id) == """
          hello there
          args: a b, more
          environment: testvalue
          token: testvalue on \(node)
          second script

          """)

      let multi = try await api.importJob(Jobs.multivalued, into: "test")
      for (options, expected) in [("{}", "var1,var2,var3,var4"), (#"{"test":"var2"}"#, "var2")] {
        let run = try await api.run(multi, options: options)
        #expect(try await api.ending(run) == "succeeded")
        #expect(try await api.output(run) == "\(expected)\n")
      }
      try await secrets(api)
    }
  }

  private func secrets(_ api: APIClient) async throws {
    for automatic in [true, false] {
      let job = try await api.importJob(Jobs.secure(automatic: automatic), into: "test")
      let started = try await api.json(
        "POST", "/job/\(job)/run", body: #"{"options":{"password":"S3cret value"}}"#)
      #expect(started.status.text == "running")
      #expect(started.argstring.text?.contains("S3cret") != true)
      let id = try #require(started.id.int)
      #expect(try await api.ending(id) == "succeeded")
      #expect(try await api.output(id) == "value: 12 *****\nnot in the environment\n")
      let shown = try await api.send("GET", "/execution/\(id)")
      #expect(!shown.text.contains("S3cret"))
    }
  }
}

/// Job documents of the cases.
enum Jobs {
  static func commands(_ name: String, _ commands: String...) -> String {
    """
    - name: \(name)
      sequence:
        keepgoing: false
        strategy: node-first
        commands:
    \(commands.map { "    - exec: '\($0)'" }.joined(separator: "\n"))
    """
  }

  static let options = """
    - name: with options
      options:
      - {name: opt1, value: testvalue, values: [testvalue, other]}
      - {name: opt2, required: true, values: [a, b, c]}
      sequence:
        keepgoing: false
        strategy: node-first
        commands:
        - exec: echo ${option.opt1} ${option.opt2}
    """

  static let workflow = """
    - name: workflow
      options:
      - {name: opt1, value: testvalue}
      - {name: opt2, required: true}
      sequence:
        keepgoing: false
        strategy: node-first
        commands:
        - exec: echo hello there
        - script: |
            #!/bin/bash
            echo "args: $1, $2"
            echo "environment: $RD_OPTION_OPT1"
            echo "token: @option.opt1@ on @node.name@"
          args: ${option.opt2} more
        - script: echo second script
    """

  static let multivalued = """
    - name: multivalued
      options:
      - name: test
        multivalued: true
        multivalueAllSelected: true
        delimiter: ','
        values: [var1, var2, var3, var4]
      sequence:
        keepgoing: false
        strategy: node-first
        commands:
        - exec: echo ${option.test}
    """

  static func secure(automatic: Bool) -> String {
    """
    - name: secure \(automatic)
      options:
      - {name: password, secure: true, required: true}
      sequence:
        keepgoing: false
        strategy: node-first
        commands:
        - script: |
            #!/bin/bash
            \(automatic ? "true" : "eval \"$(cat)\"")
            echo "value: ${#RD_OPTION_PASSWORD} $RD_OPTION_PASSWORD"
            env | grep RD_OPTION_PASSWORD || echo not in the environment
          passSecureInput: true
          autoSecureInput: \(automatic)
          secureFormat: shell
    """
  }
}
