import Glibc
import TestSupport

/// How takeover and start grow with the number of schedules, in one run over one cluster.
///
/// `QUARTERDECK_GROWTH` gives other numbers, growing, with commas: `100,200` is a look at whether it works.
enum GrowthBenchmarks {
  private static var sizes: [Int] {
    let text = getenv("QUARTERDECK_GROWTH").map { String(cString: $0) } ?? ""
    let given = text.split(separator: ",").compactMap { Int($0) }
    return given.isEmpty ? [1_000, 10_000, 100_000] : given
  }

  static func run() async throws -> [Figure] {
    let bench = try await ClusterBench()
    var figures: [Figure] = []
    var loaded = 0
    for (round, size) in sizes.enumerated() {
      // What a member owned that was killed is the other one's in the next round.
      let owner = round % 2
      try await ScheduleBenchmarks.importJobs(size - loaded, bench, through: owner) { _ in
        "0 0 0 1 1 ? 2199"
      }
      loaded = size
      let start = try await start(of: owner, size, bench)
      let takeover = try await TakeoverBenchmarks.nextFire(bench, owner: owner)
      try await ScheduleBenchmarks.untilLoaded(size, bench, on: 1 - owner)
      try await bench.restart(owner)
      figures += [
        Figure(
          name: "start with \(size) schedules to all of them loaded", value: start, unit: "s",
          reach: .atMost(2)),
        Figure(
          name: "kill -9 of the owner of \(size) schedules to the next fire elsewhere",
          value: takeover, unit: "s", reach: .atMost(7)),
      ]
    }
    await bench.stop()
    return figures
  }

  /// While the other one is away, so that nobody takes anything over.
  private static func start(of owner: Int, _ size: Int, _ bench: ClusterBench) async throws
    -> Double
  {
    await bench.members[1 - owner].stop()
    let duration = try await seconds {
      bench.members[owner].kill()
      try await bench.restart(owner)
      try await ScheduleBenchmarks.untilLoaded(size, bench, on: owner)
    }
    try await bench.restart(1 - owner)
    return duration
  }
}
