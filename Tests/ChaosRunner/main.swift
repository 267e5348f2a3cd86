import Chaos
import Glibc
import TestSupport

// make chaos ROUNDS=… SEED=…: a cluster of real processes under faults; the report goes to standard output.

func number(_ name: String) -> UInt64? {
  getenv(name).flatMap { UInt64(String(cString: $0)) }
}

func say(_ line: String) {
  let bytes = Array((line + "\n").utf8)
  _ = write(STDOUT_FILENO, bytes, bytes.count)
}

/// 0 when nothing failed, 1 when something did, 2 when the run broke off.
func runChaos(seed: UInt64, rounds: Int) async throws -> Int32 {
  say("seed \(seed), \(rounds) rounds")
  let server = try await ScratchPostgres()
  var run = try ChaosRun(seed: seed, scale: .whole, server: server) { say($0) }
  do {
    let report = try await run.run(rounds: rounds)
    await server.remove()
    say("\n" + report.markdown)
    return report.failures.isEmpty ? 0 : 1
  } catch {
    say("The run broke off: \(error)\n\n" + run.report.markdown)
    await server.remove()
    return 2
  }
}

let seed = number("SEED") ?? UInt64.random(in: 1...999_999)
exit(try await runChaos(seed: seed, rounds: Int(number("ROUNDS") ?? 20)))
