import Glibc
import TestSupport
import Testing

/// The way between agent and member fails, or the host has no time for either: nothing is lost or repeated, and nobody
/// is taken for lost.
@Suite(.serialized) struct FaultLinkTests {
  private static let scale = FaultScale.current

  @Test func `a link that breaks again and again loses and repeats nothing`() async throws {
    try await Scenario.run(on: .postgresql) { scenario in
      let link = try await scenario.putAgentBehindLink()
      let steps = try await PrintingSteps.start(
        Self.scale.steps, seconds: Self.scale.kills, in: scenario)
      for _ in 0..<Self.scale.kills {
        try await ContinuousClock().sleep(for: .milliseconds(700))
        link.breakConnections()
      }
      try await steps.expectWhole()
    }
  }

  @Test func `a link that forwards nothing for a while brings everything afterwards`() async throws
  {
    try await Scenario.run(on: .postgresql) { scenario in
      let link = try await scenario.putAgentBehindLink()
      let seconds = min(Self.scale.strain, 90)
      let steps = try await PrintingSteps.start(
        Self.scale.steps, seconds: seconds + 1, in: scenario)
      link.cut()
      try await ContinuousClock().sleep(for: .seconds(seconds))
      link.mend()
      try await steps.expectWhole()
    }
  }

  @Test func `a host without a moment to spare makes no agent lost`() async throws {
    try await Scenario.run(on: .postgresql) { scenario in
      let strain = Self.scale.strain
      // Few enough that they get through their lines beside the hogs.
      let steps = try await PrintingSteps.start(
        min(Self.scale.steps, 10), seconds: strain, in: scenario)
      let processors = sysconf(Int32(_SC_NPROCESSORS_ONLN))
      // Bounded in itself, too, should nobody be left to end it.
      let hogs = try (0..<processors * 2).map { _ in
        try SpawnedProcess(
          "/bin/sh", ["-c", "ulimit -t \(strain); while :; do :; done"],
          environment: ["PATH": "/usr/bin:/bin"],
          outputPath: "/dev/null")
      }
      try await ContinuousClock().sleep(for: .seconds(strain))
      for hog in hogs { hog.end(SIGKILL) }
      try await steps.expectWhole()
      let decisions = try await scenario.api.json("GET", "/quarterdeck/cluster/decisions?max=200")
      let kinds = decisions.decisions.items.compactMap(\.kind.text)
      #expect(!kinds.contains { $0.contains("fence") || $0.contains("adopt") }, "\(kinds)")
    }
  }
}

extension Scenario {
  /// The agent reaches its member through a link from now on.
  fileprivate mutating func putAgentBehindLink() async throws -> CuttableLink {
    await agent.stop()
    let link = try CuttableLink(to: installation.port)
    try await installation.enrolAgent(renewing: true, through: link)
    agent = try await installation.startAgent()
    return link
  }
}
