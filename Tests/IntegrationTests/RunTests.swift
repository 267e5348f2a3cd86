import TestSupport
import Testing

/// A job from its import to its output, through both daemons and the supervisor.
@Suite struct RunTests {
  @Test(arguments: Engine.all)
  func `a job with options, a command and a script runs to its end`(on engine: Engine) async throws
  {
    try await Scenario.run(on: engine) { scenario in
      let job = try await scenario.api.importJob(Self.greeting, into: "test")
      let execution = try await scenario.api.run(job, options: #"{"who":"Ada Lovelace"}"#)
      let ended = try await scenario.api.ended(execution)
      #expect(ended.status.text == "succeeded")
      #expect(ended.successfulNodes[0].text == "sidecar")
      #expect(
        try await scenario.api.output(execution) == """
          hello Ada Lovelace
          Ada Lovelace on sidecar as plain
          second argument: Ada Lovelace

          """)
      let state = try await scenario.api.json("GET", "/execution/\(execution)/state")
      #expect(state.executionState.text == "SUCCEEDED")
      #expect(state.steps[1].nodeStates.sidecar.executionState.text == "SUCCEEDED")
    }
  }

  @Test(arguments: Engine.all)
  func `every byte of the output comes back as it was printed`(on engine: Engine) async throws {
    try await Scenario.run(on: engine) { scenario in
      let execution = try await scenario.start(
        script: """
          printf 'caf\\303'; sleep 0.05; printf '\\251 \\360\\237\\230\\200\\n'
          printf 'a\\000b\\n'
          head -c 1048576 /dev/zero | tr '\\000' x; echo
          printf 'no end'
          """)
      #expect(try await scenario.api.ended(execution).status.text == "succeeded")
      let output = try await scenario.api.output(execution)
      let long = String(repeating: "x", count: 1_048_576)
      #expect(output == "café 😀\na\0b\n\(long)\nno end\n")
    }
  }

  @Test(arguments: Engine.all)
  func `an abort ends the whole tree before it is reported`(on engine: Engine) async throws {
    try await Scenario.run(on: engine) { scenario in
      let pids = scenario.mark("pids")
      let execution = try await scenario.start(
        script: """
          #!/bin/bash
          trap '' TERM
          (trap '' TERM; setsid sh -c 'trap "" TERM; echo $$ >> \(pids); while :; do sleep 1; done' &)
          echo $$ >> \(pids)
          while [ $(wc -l < \(pids)) -lt 2 ]; do sleep 0.02; done
          touch \(scenario.mark("started"))
          while :; do sleep 1; done
          """)
      try await scenario.wait(for: "started")
      let answer = try await scenario.api.json("POST", "/execution/\(execution)/abort")
      #expect(answer.abort.status.text == "pending")
      let ended = try await scenario.api.ended(execution)
      #expect(ended.status.text == "aborted")
      #expect(ended.abortedby.text == "admin")
      let left = try String(decoding: readFile(pids), as: UTF8.self).split(separator: "\n")
        .filter { (try? readFile("/proc/\($0)/stat")) != nil }
      #expect(left.isEmpty)
    }
  }

  static let greeting = """
    - name: greeting
      options:
      - name: who
        required: true
      sequence:
        keepgoing: false
        strategy: node-first
        commands:
        - exec: echo hello ${option.who}
        - script: |
            #!/bin/sh
            echo "@option.who@ on @node.name@ as plain"
            echo "second argument: $2"
          args: first ${option.who}
    """
}
