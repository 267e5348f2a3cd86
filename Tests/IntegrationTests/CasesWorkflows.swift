import Glibc
import HTTPClient
import TestSupport
import Testing

/// Workflows with real agents: conditionals, switched-off steps, notifications of references, RUN-05, RUN-17 and RUN-21.
@Suite struct CasesWorkflows {
  @Test func `RUN-05 a status of the job's own is what its executions are found by`() async throws {
    try await Scenario.run(on: .sqlite) { scenario in
      let api = scenario.api
      let job = try await api.importJob(
        """
        - name: halting
          sequence:
            commands:
            - type: flow-control
              nodeStep: false
              configuration: {halt: 'true', status: test status code}
            - exec: echo never
        """, into: "test")
      let id = try await api.run(job)
      let ended = try await api.ended(id)
      #expect(ended.status.text == "other" && ended.customStatus.text == "test status code")
      let path = "/job/\(job)/executions?status="
      let found = try await api.json("GET", path + "test+status+code")
      #expect(found.executions.items.map(\.id.int) == [id])
      for other in ["succeeded", "failed", "another+status"] {
        #expect(try await api.json("GET", path + other).executions.items.isEmpty)
      }
    }
  }

  @Test func `RUN-17 commands, scripts, a job reference and a script file print in their order`()
    async throws
  {
    try await Scenario.run(on: .sqlite) { scenario in
      let api = scenario.api
      let node = try await api.json("GET", "/system/info").system.rundeck.node.text ?? "none"
      _ = try await api.importJob(
        """
        - name: referred
          group: tools/deep
          options:
          - {name: opt1, value: unset}
          sequence:
            commands:
            - exec: echo referred with ${option.opt1}
        """, into: "test")
      // What every user of the host may read.
      let folder = "/tmp/quarterdeck-cases-\(getpid())-\(UInt32.random(in: 0 ... .max))"
      let file = "\(folder)/script.sh"
      mkdir(folder, 0o755)
      chmod(folder, 0o755)
      defer { for path in [file, folder] { _ = remove(path) } }
      try writeFile(file, "#!/bin/sh\necho file got $1\n")
      chmod(file, 0o644)
      let job = try await api.importJob(
        """
        - name: everything
          options:
          - {name: opt1, value: testvalue}
          - {name: opt2, required: true}
          sequence:
            commands:
            - exec: echo hello there
            - script: |
                #!/bin/sh
                echo "args: $1"
                echo "environment: $RD_OPTION_OPT1"
                echo "option: @option.opt1@"
                echo "node: @node.name@"
              args: ${option.opt2}
            - script: echo second script
            - jobref: {name: referred, group: tools/deep, args: '-opt1 ${option.opt2}'}
            - scriptfile: \(file)
              args: ${option.opt2}
        """, into: "test")
      let id = try await api.run(job, options: #"{"opt2":"a value"}"#)
      #expect(try await api.ending(id) == "succeeded")
      #expect(
        try await api.output(id) == """
          hello there
          args: a value
          environment: testvalue
          option: testvalue
          node: \(node)
          second script
          referred with a value
          file got a value

          """)
    }
  }

  @Test func `RUN-21 an execution counts for the jobs that it ran as references when asked`()
    async throws
  {
    try await Scenario.run(on: .postgresql) { scenario in
      let api = scenario.api
      let grandchild = try await api.importJob(
        Referring.job("grandchild", [Referring.exec("echo deep")]), into: "test")
      let child = try await api.importJob(
        Referring.job("child", [Referring.reference("grandchild")]), into: "test")
      let parent = try await api.importJob(
        Referring.job("parent", [Referring.reference("child")]), into: "test")
      let id = try await api.run(parent)
      #expect(try await api.ending(id) == "succeeded")
      var old = api
      old.version = 49
      for job in [child, grandchild] {
        let path = "/job/\(job)/executions"
        for (client, query, expected) in [
          (api, "", []), (api, "?includeJobRef=true", [id]), (api, "?includeJobRef=false", []),
          (old, "?includeJobRef=true", []),
        ] as [(APIClient, String, [Int])] {
          let list = try await client.json("GET", path + query).executions.items
          #expect(list.map(\.id.int) == expected, "\(client.version) \(query)")
        }
      }
    }
  }

  @Test func `steps run where conditions hold, and not at all where they are switched off`()
    async throws
  {
    try await Scenario.run(on: .sqlite) { scenario in
      let api = scenario.api
      let job = try await api.importJob(
        """
        - name: choosy
          options:
          - {name: env, value: staging}
          - {name: region, value: us-east}
          sequence:
            commands:
            - type: conditional.logic
              nodeStep: true
              invertLogic: true
              conditionGroups:
              - conditions:
                - {field: '${option.env}', operator: equals, value: production}
                - {field: '${option.env}', operator: equals, value: staging}
              - conditions:
                - {field: '${option.region}', operator: matches, value: '^us-.*$'}
              steps:
              - exec: echo it holds
            - exec: echo never
              enabled: false
            - type: of-nobody
              nodeStep: true
              enabled: false
            - exec: echo last
        """, into: "test")
      for (options, expected) in [
        ("{}", "it holds\nThe step is disabled: it is passed over\n"),
        (
          #"{"region":"eu"}"#,
          "The condition does not hold: its steps are passed over\nThe step is disabled: it is passed over\n"
        ),
      ] {
        let id = try await api.run(job, options: options)
        #expect(try await api.ending(id) == "succeeded")
        let rest = "The step is disabled: it is passed over\nlast\n"
        #expect(try await api.output(id) == expected + rest)
        let state = try await api.json("GET", "/execution/\(id)/state")
        #expect(state.steps[1].executionState.text == "NOT_STARTED")
      }
    }
  }

  @Test func `a referenced job's notifications reach their receivers, once each`() async throws {
    let hooks = try await PythonServer.webhooks()
    try await Scenario.run(on: .sqlite) { scenario in
      let api = scenario.api
      _ = try await api.importJob(
        """
        - name: told
          options: [{name: o}]
          notification:
            onstart: [{urls: 'http://127.0.0.1:\(hooks.port)/start'}]
            onsuccess: [{urls: 'http://127.0.0.1:\(hooks.port)/${job.name}/${option.o}'}]
            onfailure: [{urls: 'http://127.0.0.1:\(hooks.port)/failure'}]
          sequence: {commands: [{exec: 'true'}]}
        """, into: "test")
      let parent = try await api.importJob(
        Referring.job(
          "parent",
          [
            Referring.reference("told", args: "-o seven"),
            "jobref: {name: told, ignoreNotifications: 'true'}",
          ]), into: "test")
      let id = try await api.run(parent)
      #expect(try await api.ending(id) == "succeeded")
      let told = try await eventually("the notifications are settled") {
        let all = try await api.json("GET", "/execution/\(id)/notifications").notifications.items
        return all.allSatisfy { $0.state.text == "delivered" } ? all : nil
      }
      #expect(told.map(\.trigger.text) == ["start", "success"])
      #expect(hooks.events.compactMap(\.path.text) == ["/start", "/told/seven"])
    }
  }
}
