import Glibc
import TestSupport

// `make bench`: every figure with what is to be reached and, where it is a ratio, with the machine's own limit
// measured in the same run. A figure that is missed is printed and does not fail the run. Arguments choose
// benchmarks by name.

let benchmarks: [(name: String, figures: () async throws -> [Figure])] = [
  ("controlplane", FootprintBenchmarks.controlPlane),
  ("start", FootprintBenchmarks.startUp),
  ("agent", FootprintBenchmarks.agent),
  ("supervisor", SupervisorBenchmarks.memory),
  ("step-start", SupervisorBenchmarks.start),
  ("jobs", { try await JobBenchmarks.run(on: .sqlite, databaseURL: nil) }),
  ("jobs-postgresql", { try await onPostgres(JobBenchmarks.run) }),
  ("output", { try await OutputBenchmarks.run(on: .sqlite, databaseURL: nil) }),
  ("takeover", TakeoverBenchmarks.schedules),
  ("adoption", TakeoverBenchmarks.executions),
  ("schedules", ScheduleBenchmarks.run),
  ("growth", GrowthBenchmarks.run),
  ("agents", CrowdBenchmarks.run),
  ("history", HistoryBenchmark.run),
  ("import", { try await ImportBenchmarks.run(on: .sqlite, databaseURL: nil) }),
  ("import-postgresql", { try await onPostgres(ImportBenchmarks.run) }),
  ("logs-db", { try await onPostgres(OutputBenchmarks.run) }),
  ("logs-file", { try await StoredOutputBenchmarks.run(in: .file()) }),
  ("logs-s3", { try await StoredOutputBenchmarks.run(in: .s3()) }),
  ("logs-zstd", CompressionBenchmarks.run),
  ("follow", FollowBenchmarks.run),
  ("engine", { EngineBenchmark.run() }),
  ("dispatch", DispatchBenchmarks.run),
  ("scripts-at-once", { try await onPostgres(ScriptBenchmarks.run) }),
  ("hundred", { try await HundredBenchmarks.run(seconds: 10) }),
]

/// Measures on a PostgreSQL server of its own, durable as installed.
func onPostgres(_ measure: (Engine, String?) async throws -> [Figure]) async throws -> [Figure] {
  let server = try await ScratchPostgres(isDurable: true)
  let figures = try await measure(.postgresql, server.url())
  await server.remove()
  return figures
}

// This program is a step of its own, too.
if CommandLine.arguments.count == 3, CommandLine.arguments[1] == Printer.argument {
  Printer.run(seconds: Int(CommandLine.arguments[2]) ?? 0)
}
if CommandLine.arguments.count == 3, CommandLine.arguments[1] == Printer.logArgument {
  Printer.log(lines: Int(CommandLine.arguments[2]) ?? 0)
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
