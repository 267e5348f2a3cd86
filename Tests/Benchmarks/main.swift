import TestSupport

// `make bench`: every figure with what is to be reached and, where it is a ratio, with the machine's own limit
// measured in the same run. A figure that is missed is printed and does not fail the run. Arguments choose
// groups: footprint, jobs, output.

let groups: [(name: String, figures: () async throws -> [Figure])] = [
  ("footprint", { try await FootprintBenchmarks.run() }),
  ("jobs", { try await onEachEngine(JobBenchmarks.run) }),
  ("output", { try await onEachEngine(OutputBenchmarks.run) }),
]

/// Measures on SQLite and on a PostgreSQL server of its own, durable as installed.
func onEachEngine(
  _ measure: (Engine, String?) async throws -> [Figure]
) async throws -> [Figure] {
  let sqlite = try await measure(.sqlite, nil)
  let server = try await ScratchPostgres(isDurable: true)
  let postgres = try await measure(.postgresql, server.url())
  await server.remove()
  return sqlite + postgres
}

let chosen = Set(CommandLine.arguments.dropFirst())
for group in groups where chosen.isEmpty || chosen.contains(group.name) {
  do {
    for figure in try await group.figures() { print(figure.line) }
  } catch {
    print("\(group.name): could not be measured: \(error)")
  }
}
