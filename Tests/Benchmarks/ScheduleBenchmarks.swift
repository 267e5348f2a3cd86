import Glibc
import TestSupport

/// Punctuality and cost of schedules: how late fires are, and what many of them take.
enum ScheduleBenchmarks {
  /// 1,000 schedules of which about 17 fire in a second, alone and among 100,000 that are loaded.
  static func run() async throws -> [Figure] {
    let writes = try await writesPerSecond()
    let bench = try await ClusterBench()
    try await stopSecondMember(bench)
    let empty = try Memory(of: bench.members[0].process.pid).resident
    try await importJobs(1_000, bench) { "\($0 % 60) * * ? * * *" }
    let few = try await lateness(bench)
    try await importJobs(100_000, bench) { _ in "0 0 0 1 1 ? 2199" }
    let restart = try await seconds {
      bench.members[0].kill()
      try await bench.restart(0)
      try await untilLoaded(101_000, bench)
    }
    let many = try await lateness(bench)
    let full = try Memory(of: bench.members[0].process.pid).resident
    await bench.stop()
    return [
      Figure(
        name: "writes per second of an idle member", value: writes, unit: "/s", reach: .atMost(1)),
      Figure(
        name: "lateness of fires, 1,000 schedules: median", value: few.median, unit: "ms",
        reach: .atMost(5)),
      Figure(
        name: "lateness of fires, 1,000 schedules: p99", value: few.late, unit: "ms",
        reach: .atMost(25)),
      Figure(
        name: "the same with 100,000 loaded: median", value: many.median, unit: "ms",
        reach: .atMost(max(5, few.median * 1.5))),
      Figure(
        name: "the same with 100,000 loaded: p99", value: many.late, unit: "ms",
        reach: .atMost(max(25, few.late * 1.5))),
      Figure(
        name: "start with 100,000 schedules to all of them loaded", value: restart, unit: "s",
        reach: .atMost(2)),
      Figure(
        name: "memory per loaded schedule", value: (full - empty) * 1_024 / 101_000, unit: "KiB",
        reach: .atMost(1)),
    ]
  }

  private static func stopSecondMember(_ bench: ClusterBench) async throws {
    await bench.members[1].stop()
  }

  /// Imports jobs through a member, which owns their schedules then.
  static func importJobs(
    _ count: Int, _ bench: ClusterBench, through member: Int = 0, crontab: (Int) -> String
  ) async throws {
    for first in stride(from: 0, to: count, by: 500) {
      let document = (first..<min(count, first + 500)).map {
        Jobs.scheduled("\(count)-\($0)", crontab: crontab($0))
      }
      _ = try await bench.api(member).importJob(document.joined(separator: "\n"), into: "bench")
    }
  }

  static func untilLoaded(
    _ count: Int, _ bench: ClusterBench, on member: Int = 0
  ) async throws {
    _ = try await eventually("\(count) schedules are loaded", within: 60) { () -> Bool? in
      let text = try await bench.api(member).metrics()
      let line = text.split(separator: "\n").first { $0.hasPrefix("quarterdeck_schedules_owned ") }
      let value = line?.split(separator: " ").last.flatMap { Double($0) }
      return Int(value ?? 0) >= count ? true : nil
    }
  }

  /// From the due instant to the commit that starts the execution, over 60 s.
  private static func lateness(_ bench: ClusterBench) async throws -> (median: Double, late: Double)
  {
    let begin = try await bench.api(0).json("GET", "/quarterdeck/cluster/time").time.text ?? ""
    try await ContinuousClock().sleep(for: .seconds(60))
    let fires = try await bench.api(0).json(
      "GET", "/quarterdeck/ledger/fires?project=bench&outcome=ran&begin=\(begin)&max=2000")
    let delays = fires.fires.items.compactMap { $0.latenessMicroseconds.int }.map {
      Double($0) / 1_000
    }.sorted()
    guard delays.count > 500 else {
      throw NeverHappened(description: "fires in a minute: \(delays.count)")
    }
    return (median(delays), delays[delays.count * 99 / 100])
  }

  /// Rows that a member without agents writes while nothing happens. The window has the edges of two heartbeats in it,
  /// one of which is left out.
  private static func writesPerSecond() async throws -> Double {
    let server = try await ScratchPostgres(isDurable: true)
    let member = try await Installation(databaseURL: server.url()).startControlPlane()
    try await ContinuousClock().sleep(for: .seconds(5))
    let before = try await server.rowsWritten()
    try await ContinuousClock().sleep(for: .seconds(30))
    let written = try await server.rowsWritten() - before
    await member.stop()
    await server.remove()
    return Double(max(0, written - 1)) / 30
  }
}
