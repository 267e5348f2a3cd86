import TestSupport

/// How soon a line that a step prints is seen by those who follow the execution on each of two members: at least one of them
/// neither carries the execution nor takes the agent's reports.
enum FollowBenchmarks {
  static func run() async throws -> [Figure] {
    let bench = try await ClusterBench()
    let (near, far) = (bench.api(0), bench.api(1))
    let job = try await near.importJob(Jobs.quickTicker(node: "agent1"), into: "bench")
    // Everything has been used once.
    _ = try await delays(of: near.run(job), far)
    let execution = try await near.run(job)
    async let first = delays(of: execution, near)
    async let second = delays(of: execution, far)
    let both = try await [first, second]
    await bench.stop()
    let middle = both.map(median).max() ?? .nan
    let late = both.map { percentile(99, of: $0) }.max() ?? .nan
    return [
      Figure(
        name: "a line, printed to seen by a follower on another member: median", value: middle,
        unit: "ms", reach: .atMost(30)),
      Figure(
        name: "a line, printed to seen by a follower on another member: p99", value: late,
        unit: "ms", reach: .atMost(150), machine: "\(both[0].count) lines, two followers"),
    ]
  }

  /// The delays in ms of the lines of an execution, followed to its end.
  private static func delays(of execution: Int, _ api: APIClient) async throws -> [Double] {
    var delays: [Double] = []
    var offset = "0"
    while true {
      let page = try await api.json("GET", "/execution/\(execution)/output?offset=\(offset)")
      let now = WallClock.nanoseconds
      offset = page.offset.text ?? page.offset.int.map(String.init) ?? offset
      for entry in page.entries.items {
        if let printed = entry.log.text.flatMap({ Int64($0) }) {
          delays.append(Double(now - printed) / 1_000_000)
        }
      }
      if page.completed.bool == true, page.execCompleted.bool == true { break }
      try await ContinuousClock().sleep(for: .milliseconds(3))
    }
    guard delays.count == Jobs.quickTicks else {
      throw NeverHappened(description: "all lines are seen: \(delays.count)")
    }
    return delays
  }

  private static func percentile(_ percent: Int, of values: [Double]) -> Double {
    let sorted = values.sorted()
    return sorted[min(sorted.count - 1, sorted.count * percent / 100)]
  }
}
