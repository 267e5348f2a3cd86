import Cluster
import Glibc
import Testing

/// Random histories of the deciders. A failing one is told again by its seed alone:
/// `QUARTERDECK_SIMULATION_SEED=… swift test --filter SimulationTests`; `QUARTERDECK_SIMULATIONS=20000` runs more
/// than the thousand of every test.
@Suite struct SimulationTests {
  private static func number(_ name: String) -> UInt64? {
    getenv(name).flatMap { UInt64(String(cString: $0)) }
  }

  private static var seeds: [UInt64] {
    if let seed = number("QUARTERDECK_SIMULATION_SEED") { return [seed] }
    return Array(0..<(number("QUARTERDECK_SIMULATIONS") ?? 1000))
  }

  @Test(arguments: [0, 1] as [UInt64])
  func `in every history instants have one outcome, ended terms act no more, steps start once`(
    half: UInt64
  ) async {
    for seed in Self.seeds where seed % 2 == half {
      await Task.yield()  // for the tests beside this one
      let wrong = History(seed: seed).run()
      guard wrong.isEmpty else {
        Issue.record("seed \(seed):\n\(wrong.joined(separator: "\n"))")
        return
      }
    }
  }

  @Test func `quick timing keeps the promises too`() async {
    let timing = ClusterTiming(
      heartbeat: .milliseconds(200), inactive: .milliseconds(600), dead: .seconds(1))
    for seed in Self.seeds.prefix(200) {
      await Task.yield()
      let wrong = History(seed: seed, setting: .init(timing: timing)).run()
      guard wrong.isEmpty else {
        Issue.record("seed \(seed):\n\(wrong.joined(separator: "\n"))")
        return
      }
    }
  }

  @Test func `a lease that outlasts the death of its member is found out`() {
    let isFound = (UInt64(0)..<200).contains { seed in
      History(seed: seed, setting: .init(trust: .seconds(8))).run().contains { $0.contains("P2") }
    }
    #expect(isFound)
  }
}
