import Glibc
import TestSupport
import Testing

/// Steps of every kind on a real agent: WFS-01, 02, 05 and 08, RUN-17, RUN-26 and ADH-05.
@Suite struct CasesSteps {
  private func run(_ api: APIClient, _ commands: String, more: String = "") async throws -> Int {
    let job = try await api.importJob(
      """
      - name: steps
        sequence:
          keepgoing: true
          strategy: sequential
          commands:
      \(commands.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n"))
      \(more)
      """, into: "test")
    return try await api.run(job)
  }

  @Test(arguments: Engine.all) func `WFS-01 later steps see how earlier ones ended`(
    on engine: Engine
  ) async throws {
    try await Scenario.run(on: engine) { scenario in
      let api = scenario.api
      for (step, code) in [("script: exit 99", 99), ("exec: exit 77", 77)] {
        let id = try await run(
          api,
          """
          - exec: echo begins
          - \(step)
          - exec: 'echo "STEP 3: ExitCode from Step1: ${1:exec.exitCode*}"'
          - script: 'echo "STEP 4: ExitCode from Step2: @2:exec.exitCode*@"'
          """)
        #expect(try await api.ending(id) == "failed")
        #expect(
          try await api.output(id) == """
            begins
            Result: \(code)
            Failed: NonZeroResultCode: Result code was \(code)
            STEP 3: ExitCode from Step1: 0
            STEP 4: ExitCode from Step2: \(code)

            """)
      }
    }
  }

  @Test func `WFS-05 a script knows its node, its arguments and bytes of any kind`() async throws {
    try await Scenario.run(on: .sqlite) { scenario in
      let api = scenario.api
      let script =
        "#!/bin/bash\r\necho node @node.name@ \"$RD_NODE_NAME\" [@node.tags@] [$RD_NODE_TAGS]\r\n"
        + "echo With args: \"$@\"\r\necho häßlich → ✓\r\n"
      let answer = try await api.script(script, "?argString=arg1+arg2")
      let id = try #require(answer.json.execution.id.int)
      #expect(try await api.ending(id) == "succeeded")
      let lines = try await api.output(id).split(separator: "\n")
      #expect(lines[0].hasPrefix("node sidecar sidecar ["))
      #expect(lines[1] == "With args: arg1 arg2")
      #expect(lines[2] == "häßlich → ✓")
    }
  }

  @Test func `RUN-17, WFS-02 and ADH-05 scripts of the server run on its agent`() async throws {
    try await Scenario.run(on: .sqlite) { scenario in
      let api = scenario.api
      let folder = "/tmp/quarterdeck-cases-\(getpid())-\(UInt32.random(in: 0 ... .max))"
      mkdir(folder, 0o755)
      chmod(folder, 0o755)
      try writeFile("\(folder)/script.sh", "#!/bin/sh\necho from a file: $1 @node.name@\n")
      chmod("\(folder)/script.sh", 0o644)
      let id = try await run(
        api,
        """
        - exec: echo testing ${option.opt1}
        - script: 'echo "$1 $RD_OPTION_OPT1 @option.opt1@ @node.name@"'
          args: ${option.opt2}
        - scriptfile: \(folder)/script.sh
          args: ${option.opt2}
        - scripturl: file:\(folder)/script.sh
          args: x
          expandTokenInScriptFile: true
        """, more: "  options: [{name: opt1, value: one}, {name: opt2, value: 'two words'}]")
      #expect(try await api.ending(id) == "succeeded")
      #expect(
        try await api.output(id) == """
          testing one
          two words one one sidecar
          from a file: two words @node.name@
          from a file: x sidecar

          """)
      let adHoc = try await api.json(
        "GET", "/project/test/run/url?scriptURL=file:\(folder)/script.sh")
      #expect(try await api.ending(try #require(adHoc.execution.id.int)) == "succeeded")
      for name in ["script.sh", ""] { _ = remove("\(folder)/\(name)") }
    }
  }

  @Test func `RUN-26 secure options reach a script's standard input and not its environment`()
    async throws
  {
    try await Scenario.run(on: .sqlite) { scenario in
      let api = scenario.api
      let id = try await run(
        api,
        """
        - script: 'test "$RD_OPTION_PASSWORD" = s3cret && echo "seen by itself"; env | grep -c s3cret'
          passSecureInput: true
          autoSecureInput: true
          secureFormat: shell
        - script: 'eval "$(cat)"; test "$RD_OPTION_PASSWORD" = s3cret && echo seen; env | grep -c s3cret; true'
          passSecureInput: true
          secureFormat: shell
        """, more: "  options: [{name: password, secure: true, value: s3cret}]")
      _ = try await api.ended(id)
      let lines = try await api.output(id).split(separator: "\n")
      #expect(lines.filter { $0 == "0" }.count == 2)
      #expect(lines.contains("seen by itself") && lines.contains("seen"))
    }
  }

  @Test func `WFS-08 files of the server are copied to a node`() async throws {
    try await Scenario.run(on: .sqlite) { scenario in
      let api = scenario.api
      let folder = "/tmp/quarterdeck-cases-\(getpid())-\(UInt32.random(in: 0 ... .max))"
      for path in ["", "/src", "/src/files2"] { mkdir(folder + path, 0o755) }
      for name in ["a.txt", "b.sh", "files2/my-file.x"] {
        try writeFile("\(folder)/src/\(name)", name)
        chmod("\(folder)/src/\(name)", 0o644)
      }
      let id = try await run(
        api,
        """
        - type: copyfile
          nodeStep: true
          configuration: {sourcePath: \(folder)/src, destinationPath: \(folder)/all, recursive: 'true', echo: 'true'}
        - type: copyfile
          nodeStep: true
          configuration: {sourcePath: \(folder)/src, destinationPath: \(folder)/some, pattern: '*.txt'}
        - exec: cd \(folder) && find all some -type f | sort && cat all/files2/my-file.x && rm -r \(folder)
        """)
      #expect(try await api.ending(id) == "succeeded")
      let output = try await api.output(id)
      #expect(
        output == """
          Copying 3 files (25 bytes) to \(folder)/all
          all/a.txt
          all/b.sh
          all/files2/my-file.x
          some/a.txt
          files2/my-file.x

          """)
    }
  }

  @Test func `steps of the member's own decide, remember, ask and show`() async throws {
    try await Scenario.run(on: .sqlite) { scenario in
      let api = scenario.api
      let id = try await run(
        api,
        """
        - exec: 'echo "RUNDECK:DATA:os=deb"'
          plugins: {LogFilter: [{type: key-value-data}]}
        - type: export-var
          nodeStep: false
          configuration: {export: all, group: export, value: '${data.os*}'}
        - exec: echo exported ${export.all} $RD_EXPORT_ALL
        - type: localexec
          nodeStep: true
          configuration: {command: 'echo on the server for ${node.name}'}
        - type: edu.ohio.ais.rundeck.HttpWorkflowStepPlugin
          nodeStep: false
          configuration: {remoteUrl: '${job.serverUrl}/health', method: GET, printResponseCode: 'true'}
        - type: flow-control
          nodeStep: false
          configuration: {halt: 'true', status: enough}
        - exec: echo never
        """)
      let ended = try await api.ended(id)
      #expect(ended.status.text == "other" && ended.customStatus.text == "enough")
      #expect(
        try await api.output(id) == """
          RUNDECK:DATA:os=deb
          exported deb deb
          on the server for sidecar
          Response Code: 200

          """)
    }
  }

  @Test func `a project's values win over the server's`() async throws {
    try await Scenario.run(
      on: .sqlite, settings: ["framework.globals.a": "A", "framework.globals.b": "B"]
    ) {
      scenario in
      let api = scenario.api
      try await api.json(
        "PUT", "/project/test/config/project.globals.b", type: "application/json",
        body: #"{"key":"project.globals.b","value":"mine"}"#)
      let id = try await run(api, "- exec: echo ${globals.a} ${globals.b} $RD_GLOBALS_B")
      #expect(try await api.ending(id) == "succeeded")
      #expect(try await api.output(id) == "A mine mine\n")
    }
  }
}
