import Glibc
import TestSupport
import Testing

/// Outputs that are no tidy lines.
@Suite(.serialized) struct FaultOutputTests {
  @Test(arguments: Engine.all)
  func `nothing, binary, and a large output come back with the same digest`(
    on engine: Engine
  ) async throws {
    try await Scenario.run(on: engine) { scenario in
      let empty = try await scenario.start(script: "true")
      #expect(try await scenario.api.ended(empty).status.text == "succeeded")
      #expect(try await scenario.api.output(empty).isEmpty)
      let binary = scenario.mark("binary")
      let megabytes = FaultScale.current.largeOutput
      for command in [
        "head -c 1000000 /dev/urandom > \(binary); echo >> \(binary); cat \(binary)",
        "seq 1 20000000 | head -c \(megabytes)M > \(binary); echo >> \(binary); cat \(binary)",
      ] {
        let execution = try await scenario.start(script: command)
        #expect(try await scenario.api.ended(execution, within: 300).status.text == "succeeded")
        let digest = try await scenario.digestOfOutput(execution)
        let printed = try await scenario.digest(ofFile: binary)
        #expect(digest == printed)
      }
      try await scenario.expectNothingLeft()
    }
  }

  @Test(arguments: Engine.all)
  func `a step that closes its output goes on, and its exit code is right`(
    on engine: Engine
  ) async throws {
    try await Scenario.run(on: engine) { scenario in
      let execution = try await scenario.start(
        script: """
          echo first; exec >&- 2>&-
          while [ ! -e \(scenario.mark("go")) ]; do sleep 0.02; done
          touch \(scenario.mark("done")); exit 9
          """)
      try await scenario.api.output(execution, containing: "first")
      try scenario.set("go")
      #expect(try await scenario.api.ended(execution).status.text == "failed")
      #expect(
        try await scenario.api.output(execution)
          == "first\nResult: 9\nFailed: NonZeroResultCode: Result code was 9\n")
      #expect(access(scenario.mark("done"), F_OK) == 0)
    }
  }

  @Test(arguments: Engine.all)
  func `a step that forks 500 children is ended with all of them`(
    on engine: Engine
  ) async throws {
    try await Scenario.run(on: engine) { scenario in
      let pids = scenario.mark("pids")
      let execution = try await scenario.start(
        script: """
          #!/bin/bash
          trap '' TERM
          for i in $(seq 1 500); do setsid sh -c 'trap "" TERM; sleep 600; :' & echo $! >> \(pids); done
          echo forked; wait
          """)
      try await scenario.api.output(execution, containing: "forked")
      try await scenario.api.json("POST", "/execution/\(execution)/abort")
      #expect(try await scenario.api.ended(execution).status.text == "aborted")
      let alive = try String(decoding: readFile(pids), as: UTF8.self).split(separator: "\n")
        .compactMap { Int32($0) }.filter(isAlive)
      #expect(alive.isEmpty)
      try await scenario.expectNothingLeft()
    }
  }
}

extension Scenario {
  /// SHA-256 of a whole output, with flat memory.
  func digestOfOutput(_ execution: Int) async throws -> String {
    try await sum(
      "curl -sf -H 'X-Rundeck-Auth-Token: administrators-token'"
        + " '\(api.server)/api/59/execution/\(execution)/output.text' | sha256sum")
  }

  /// SHA-256 of a file.
  func digest(ofFile path: String) async throws -> String {
    try await sum("sha256sum < \(path)")
  }

  private func sum(_ command: String) async throws -> String {
    let process = try SpawnedProcess(
      "/bin/sh", ["-c", command], environment: ["PATH": "/usr/bin:/bin"],
      outputPath: mark("sum"))
    guard await process.wait() == .exited(0) else {
      throw NeverHappened(description: "\(command): \(process.output)")
    }
    // The file grows with every sum.
    return String(process.output.split(separator: "\n").last ?? "")
  }
}
