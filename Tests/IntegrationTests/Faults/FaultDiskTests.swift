import Glibc
import TestSupport
import Testing

/// The agent's disk is full while its steps print and no member is there to take anything.
@Suite(.serialized) struct FaultDiskTests {
  @Test(.enabled(if: geteuid() == 0, "only root may mount"))
  func `a full disk holds steps up, costs no line and no agent`() async throws {
    try await Scenario.run(on: .postgresql) { scenario in
      await scenario.agent.stop()
      let state = scenario.mark(Installation.sidecar)
      // What was enrolled is moved onto a disk of 4 MiB.
      let kept = scenario.mark("kept")
      try #require(rename(state, kept) == 0 && mkdir(state, 0o700) == 0)
      try #require(mount("tmpfs", state, "tmpfs", 0, "size=4m,mode=0700") == 0)
      defer { umount2(state, Int32(MNT_DETACH)) }
      let copy = try SpawnedProcess(
        "/bin/cp", ["-a", "\(kept)/.", state], environment: ["PATH": "/bin"],
        outputPath: scenario.mark("copy"))
      #expect(await copy.wait() == .exited(0))
      scenario.agent = try await scenario.installation.startAgent()
      let execution = try await scenario.start(
        script: """
          touch \(scenario.mark("begun")); while [ ! -e \(scenario.mark("go")) ]; do sleep 0.02; done
          seq 1 4000000; exit 5
          """)
      try await scenario.wait(for: "begun")
      scenario.member.kill()
      try scenario.set("go")
      // A tenth of the disk stays free for others.
      _ = try await eventually("the disk is full") { freeBytes(state) < 500_000 ? true : nil }
      #expect(!scenario.agent.process.hasEnded)
      scenario.member = try await scenario.installation.startControlPlane()
      #expect(try await scenario.api.ended(execution).status.text == "failed")
      let printed = try await scenario.digestOfSequence(
        4_000_000, then: "Result: 5\nFailed: NonZeroResultCode: Result code was 5")
      let recorded = try await scenario.digestOfOutput(execution)
      #expect(recorded == printed)
      try await scenario.expectNothingLeft()
      await scenario.agent.stop()
    }
  }

  private func freeBytes(_ path: String) -> UInt64 {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return .max }
    return UInt64(status.f_bavail) * UInt64(status.f_frsize)
  }
}

extension Scenario {
  /// SHA-256 of the numbers from 1 to `last`, a line each, with one more line behind them.
  func digestOfSequence(_ last: Int, then line: String) async throws -> String {
    let file = mark("sequence")
    let process = try SpawnedProcess(
      "/bin/sh", ["-c", "(seq 1 \(last); echo '\(line)') > \(file)"],
      environment: ["PATH": "/usr/bin:/bin"], outputPath: mark("sequence.log"))
    guard await process.wait() == .exited(0) else {
      throw NeverHappened(description: process.output)
    }
    return try await digest(ofFile: file)
  }
}
