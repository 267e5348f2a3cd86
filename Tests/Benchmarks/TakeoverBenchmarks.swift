import Glibc
import TestSupport

/// How soon others go on where a killed member was.
enum TakeoverBenchmarks {
  private static let quick = [
    "rundeck.clusterMode.heartbeat.interval": "200ms",
    "rundeck.clusterMode.heartbeat.considerInactive": "600ms",
    "rundeck.clusterMode.heartbeat.considerDead": "1s",
  ]

  static func schedules() async throws -> [Figure] {
    let times = try await deaths(30, settings: [:], measure: nextFire)
    let quickTimes = try await deaths(10, settings: quick, measure: nextFire)
    return [
      Figure(
        name: "kill -9 of the owner to the next fire elsewhere: median", value: median(times),
        unit: "s", reach: .atMost(5.5)),
      Figure(
        name: "kill -9 of the owner to the next fire elsewhere: worst of 30",
        value: times.max() ?? 0, unit: "s", reach: .atMost(7)),
      Figure(
        name: "the same with heartbeat 200 ms, dead 1 s: median", value: median(quickTimes),
        unit: "s", reach: .atMost(1.5)),
    ]
  }

  static func executions() async throws -> [Figure] {
    let times = try await deaths(10, settings: [:], measure: nextStep)
    return [
      Figure(
        name: "kill -9 of the carrying member to the next step elsewhere: median",
        value: median(times), unit: "s", reach: .atMost(6))
    ]
  }

  private static func deaths(
    _ count: Int, settings: [String: String],
    measure: (ClusterBench, Int) async throws -> Double
  ) async throws -> [Double] {
    let bench = try await ClusterBench(settings: settings)
    var times: [Double] = []
    for round in 0..<count {
      times.append(try await measure(bench, round % 2))
      try await bench.restart(round % 2)
    }
    await bench.stop()
    return times
  }

  /// Kills the member that owns a schedule and waits for the schedule's next execution.
  static func nextFire(_ bench: ClusterBench, owner: Int) async throws -> Double {
    let other = bench.api(1 - owner)
    let job = try await bench.api(owner).importJob(Jobs.everySecond, into: "bench")
    let last = try await newest(job, after: 0, other)
    let before = try await newest(job, after: last, other)
    bench.members[owner].kill()
    // One that was on its way when the member died is no takeover.
    try await ContinuousClock().sleep(for: .milliseconds(50))
    let inFlight = try await newestNow(job, other) ?? before
    return try await 0.05 + seconds { _ = try await newest(job, after: inFlight, other) }
  }

  private static func newest(_ job: String, after execution: Int, _ api: APIClient) async throws
    -> Int
  {
    try await eventually("a run after \(execution)") {
      try await newestNow(job, api).flatMap { $0 > execution ? $0 : nil }
    }
  }

  private static func newestNow(_ job: String, _ api: APIClient) async throws -> Int? {
    try await api.json("GET", "/job/\(job)/executions?max=1").executions[0].id.int
  }

  /// Kills the member that carries an execution whose first step ends at that moment.
  private static func nextStep(_ bench: ClusterBench, owner: Int) async throws -> Double {
    let folder = try makeTemporaryFolder("steps")
    defer { removeFolder(folder) }
    // The other member's agent runs it, since the killed one's goes on just as well.
    let job = try await bench.api(owner).importJob(
      Jobs.twoSteps(folder: folder, node: "agent\(2 - owner)"), into: "bench")
    _ = try await bench.api(owner).run(job)
    _ = try await eventually("the first step") { access("\(folder)/one", F_OK) == 0 ? true : nil }
    bench.members[owner].kill()
    try writeFile("\(folder)/go", "")
    return try await seconds {
      _ = try await eventually("the second step") {
        access("\(folder)/two", F_OK) == 0 ? true : nil
      }
    }
  }
}
