import Glibc
import TestSupport

// `make bench`: every figure with what is to be reached and, where it is a ratio, with the machine's own limit
// measured in the same run. A figure that is missed is printed and does not fail the run. Arguments choose
// benchmarks by name.

let benchmarks: [(name: String, figures: () async throws -> [Figure])] = [
  ("controlplane", FootprintBenchmarks.controlPlane),
  ("start", FootprintBenchmarks.startUp),
  ("agent", FootprintBenchmarks.agent),
  ("supervisor", FootprintBenchmarks.supervisor),
  ("jobs", { try await JobBenchmarks.run(on: .sqlite, databaseURL: nil) }),
  ("jobs-postgresql", { try await onPostgres(JobBenchmarks.run) }),
  ("output", { try await OutputBenchmarks.run(on: .sqlite, databaseURL: nil) }),
  ("takeover", TakeoverBenchmarks.schedules),
  ("adoption", TakeoverBenchmarks.executions),
  ("schedules", ScheduleBenchmarks.run),
  ("agents", CrowdBenchmarks.run),
  ("output-postgresql", { try await onPostgres(OutputBenchmarks.run) }),
]

/// Measures on a PostgreSQL server of its own, durable as installed.
func onPostgres(_ measure: (Engine, String?) async throws -> [Figure]) async throws -> [Figure] {
  let server = try await ScratchPostgres(isDurable: true)
  let figures = try await measure(.postgresql, server.url())
  await server.remove()
  return figures
}

let chosen = Set(CommandLine.arguments.dropFirst())
for benchmark in benchmarks where chosen.isEmpty || chosen.contains(benchmark.name) {
  do {
    for figure in try await benchmark.figures() { print(figure.line) }
    fflush(nil)
  } catch {
    print("\(benchmark.name): could not be measured: \(error)")
  }
}
