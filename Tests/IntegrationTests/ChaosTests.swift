import Chaos
import TestSupport
import Testing

/// A few rounds of what `make chaos` does for hours.
@Suite(.serialized) struct ChaosTests {
  @Test(arguments: [20_261_122])
  func `random faults leave no gap, no duplicate and no torn record`(seed: UInt64) async throws {
    try await Slots.processes.with {
      let server = try await ScratchPostgres()
      var run = try ChaosRun(seed: seed, scale: .small, server: server) { print($0) }
      let report = try await run.run(rounds: 4)
      #expect(report.failures.isEmpty, "\(report.markdown)")
      await server.remove()
    }
  }
}
