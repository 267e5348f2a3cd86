import Glibc
import TestSupport
import Testing

/// Jobs' limits, captured values and secrets, through both daemons and the supervisor.
@Suite struct LimitRunTests {
  @Test(arguments: Engine.all)
  func `a step uses what the one before printed`(on engine: Engine) async throws {
    try await Scenario.run(on: engine) { scenario in
      let job = try await scenario.api.importJob(Self.capturing, into: "test")
      let execution = try await scenario.api.run(job)
      #expect(try await scenario.api.ended(execution).status.text == "succeeded")
      let output = try await scenario.api.output(execution)
      #expect(output.contains("got two words; id\n"))
      #expect(output.contains("and 7 x\n"))
    }
  }

  @Test func `a job ends when its time is over`() async throws {
    try await Scenario.run(on: .sqlite) { scenario in
      let job = try await scenario.api.importJob(
        """
        - name: slow
          timeout: 1s
          sequence:
            keepgoing: true
            commands:
            - exec: sleep 600
            - exec: echo never
        """, into: "test")
      let execution = try await scenario.api.run(job)
      #expect(try await scenario.api.ended(execution).status.text == "timedout")
      #expect(try await !scenario.api.output(execution).contains("never"))
    }
  }

  @Test(arguments: Engine.all)
  func `a job that prints too much is halted`(on engine: Engine) async throws {
    try await Scenario.run(on: engine) { scenario in
      let job = try await scenario.api.importJob(
        """
        - name: noisy
          loglimit: 100
          loglimitStatus: too loud
          sequence:
            commands:
            - exec: while :; do echo line; sleep 0.001; done
        """, into: "test")
      let execution = try await scenario.api.run(job)
      let ended = try await scenario.api.ended(execution)
      #expect(ended.status.text == "other")
      #expect(ended.customStatus.text == "too loud")
      let lines = try await scenario.api.output(execution).split(separator: "\n")
      #expect(lines.count { $0 == "line" } == 100)
    }
  }

  @Test func `a secret is in no output, no database and no daemon's log`() async throws {
    try await Scenario.run(on: .sqlite) { scenario in
      let secret = "Xk9very7secretQ"
      let job = try await scenario.api.importJob(Self.guarded, into: "test")
      let execution = try await scenario.api.run(job, options: #"{"pw":"\#(secret)"}"#)
      #expect(try await scenario.api.ended(execution).status.text == "succeeded")
      let output = try await scenario.api.output(execution)
      #expect(output.contains("arguments: 0\n"))
      #expect(output.contains("length 15\n"))
      #expect(output.contains("other ok\n"))
      #expect(output.contains("*****"))
      #expect(!output.contains(secret))
      for daemon in [scenario.member, scenario.agent] {
        #expect(!daemon.process.output.contains(secret))
      }
      let folder = scenario.installation.folder
      #expect(try Self.shell("grep -rlaF guarded '\(folder)' | head -1") != "")
      #expect(try Self.shell("grep -rlaF '\(secret)' '\(folder)'") == "")
    }
  }

  @Test func `a step runs within the limits of its definition`() async throws {
    try await Scenario.run(on: .sqlite) { scenario in
      let job = try await scenario.api.importJob(
        """
        - name: limited
          quarterdeck.limits: {open-files: 77}
          sequence:
            commands:
            - exec: ulimit -n
        """, into: "test")
      let execution = try await scenario.api.run(job)
      #expect(try await scenario.api.ended(execution).status.text == "succeeded")
      #expect(try await scenario.api.output(execution) == "77\n")
    }
  }

  /// What a command of the host's shell prints.
  private static func shell(_ command: String) throws -> String {
    let pipe = try #require(popen(command, "re"))
    var output: [UInt8] = []
    while case let byte = fgetc(pipe), byte != EOF { output.append(UInt8(byte)) }
    pclose(pipe)
    return String(decoding: output, as: UTF8.self)
  }

  private static let capturing = """
    - name: capturing
      sequence:
        strategy: node-first
        pluginConfig:
          LogFilter:
          - type: key-value-data
        commands:
        - exec: "echo 'RUNDECK:DATA:word=two words; id'"
        - exec: echo got ${data.word}
        - script: echo '{"a":{"b":7},"c":"x"}'
          plugins:
            LogFilter:
            - type: json-mapper
              config: {filter: '{b: .a.b, c}'}
        - exec: echo and ${data.b} ${data.c}
    """

  private static let guarded = """
    - name: guarded
      options:
      - name: pw
        secure: true
        valueExposed: true
      sequence:
        commands:
        - exec: "echo arguments: $(tr '\\\\0' '\\\\n' < /proc/$$/cmdline | grep -c secret[Q]); x=${option.pw}; echo length ${#x}; echo $x"
        - script: |
            #!/bin/sh
            [ -n "$RD_OPTION_PW" ] && echo other ok
            printf %s "$RD_OPTION_PW" | base64
    """
}
