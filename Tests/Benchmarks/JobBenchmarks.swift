import TestSupport

/// How fast jobs that do nothing come and go, and how soon a line can be read.
enum JobBenchmarks {
  static func run(on engine: Engine, databaseURL: String?) async throws -> [Figure] {
    let bench = try await Bench(databaseURL: databaseURL, job: Jobs.noop)
    var figures = [try await oneByOne(bench, on: engine)]
    if engine == .postgresql { figures.append(try await manyAtOnce(bench)) }
    let ticker = try await bench.api.importJob(Jobs.ticker, into: "bench")
    figures.append(try await liveOutput(bench.api, ticker, on: engine))
    await bench.stop()
    return figures
  }

  private static func oneByOne(_ bench: Bench, on engine: Engine) async throws -> Figure {
    var times: [Double] = []
    for round in 0..<120 {
      let elapsed = try await seconds { try await runToEnd(bench.job, bench.api) } * 1_000
      if round >= 20 { times.append(elapsed) }
    }
    return Figure(
      name: "no-op job, one by one, \(engine): median", value: median(times), unit: "ms",
      reach: .atMost(engine == .postgresql ? 30 : 25))
  }

  private static func manyAtOnce(_ bench: Bench) async throws -> Figure {
    let limit = try await Machine.shellStartsPerSecond()
    let count = 2_000
    try await run(200, of: bench.job, atOnce: 32, bench.api)
    let elapsed = try await seconds { try await run(count, of: bench.job, atOnce: 32, bench.api) }
    let rate = Double(count) / elapsed
    return Figure(
      name: "no-op jobs, 32 at once, one agent, postgresql: share of sh starts",
      value: 100 * rate / limit, unit: "%", reach: .atLeast(25),
      machine: "\(rounded(rate)) jobs/s; sh -c true: \(rounded(limit))/s")
  }

  /// The delay between a line's printing and its first sight through the API.
  private static func liveOutput(
    _ api: APIClient, _ job: String, on engine: Engine
  ) async throws -> Figure {
    let execution = try await api.run(job)
    var delays: [Double] = []
    var offset = "0"
    var isComplete = false
    while !isComplete {
      let page = try await api.json(
        "GET", "/execution/\(execution)/output?offset=\(offset)")
      let now = WallClock.nanoseconds
      offset = page.offset.text ?? page.offset.int.map(String.init) ?? offset
      for entry in page.entries.items {
        if let printed = entry.log.text.flatMap({ Int64($0) }) {
          delays.append(Double(now - printed) / 1_000_000)
        }
      }
      isComplete = page.completed.bool == true && page.execCompleted.bool == true
      try await ContinuousClock().sleep(for: .milliseconds(2))
    }
    return Figure(
      name: "a line, printed to readable, \(engine): median", value: median(delays), unit: "ms",
      reach: .atMost(100))
  }

  /// Runs the job so often, with always so many of them running, until all have ended; all must have succeeded.
  ///
  /// The member's own gauge of what it carries tells when there is room: a client that asked the store about each
  /// execution would take the processors from what is measured.
  static func run(_ count: Int, of job: String, atOnce: Int, _ api: APIClient) async throws {
    let before = try await succeeded(job, api)
    var started = 0
    var carried = 0
    while started < count || carried > 0 {
      let room = min(atOnce - carried, count - started)
      _ = try await start(room, of: job, api)
      started += room
      try await ContinuousClock().sleep(for: .milliseconds(10))
      carried = try await Gauges(of: api).executionsCarried
    }
    guard try await succeeded(job, api) == before + count else {
      throw NeverHappened(description: "all \(count) executions succeed")
    }
  }

  private static func succeeded(_ job: String, _ api: APIClient) async throws -> Int {
    let list = try await api.json("GET", "/job/\(job)/executions?status=succeeded&max=1")
    return list.paging.total.int ?? 0
  }

  private static func start(_ count: Int, of job: String, _ api: APIClient) async throws -> [Int] {
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<count { group.addTask { try await api.run(job) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
  }

  private static func runToEnd(_ job: String, _ api: APIClient) async throws {
    let execution = try await api.run(job)
    let clock = ContinuousClock()
    while true {
      let answer = try await api.json("GET", "/execution/\(execution)")
      if answer.status.text == "succeeded" { return }
      guard answer.status.text == "running" || answer.status.text == "queued" else {
        throw NeverHappened(description: "execution \(execution) succeeds: \(answer)")
      }
      try await clock.sleep(for: .milliseconds(2))
    }
  }
}
