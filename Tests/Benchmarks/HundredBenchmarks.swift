import HTTPClient
import TestSupport

/// A hundred steps at once on one agent, each of which prints 1 MB a second.
enum HundredBenchmarks {
  private static let steps = 100

  static func run(seconds duration: Int) async throws -> [Figure] {
    let server = try await ScratchPostgres(isDurable: true)
    let bench = try await Bench(databaseURL: server.url(), job: job(seconds: duration))
    let agent = PeakMemory(of: bench.agent.process.pid)
    let member = PeakMemory(of: bench.member.process.pid)
    var lost = 0
    let elapsed = try await seconds {
      let executions = try await start(bench)
      for execution in executions {
        let answer = try await bench.api.ended(execution, within: 600)
        guard answer.status.text == "succeeded" else {
          throw NeverHappened(description: "execution \(execution) succeeds: \(answer)")
        }
      }
      for execution in executions {
        lost += try await faults(in: execution, bench.api, Printer.lineCount(seconds: duration))
      }
    }
    let (agentPeak, memberPeak) = (await agent.stop(), await member.stop())
    await bench.stop()
    await server.remove()
    let machine = "\(steps) MB/s for \(duration) s; all of it read back after \(rounded(elapsed)) s"
    return [
      Figure(
        name: "100 steps at once, 1 MB/s each: lines lost, repeated or out of order",
        value: Double(lost), unit: "lines", reach: .atMost(0), machine: machine),
      Figure(
        name: "100 steps at once, 1 MB/s each: peak Pss of the agent",
        value: agentPeak.proportional, unit: "MiB", reach: .atMost(40),
        machine: "peak RSS of the member \(rounded(memberPeak.resident)) MiB"),
    ]
  }

  private static func start(_ bench: Bench) async throws -> [Int] {
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<steps { group.addTask { try await bench.api.run(bench.job) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
  }

  private static func job(seconds: Int) -> String {
    """
    - name: steady
      loglevel: INFO
      multipleExecutions: true
      sequence:
        keepgoing: false
        strategy: node-first
        commands:
        - exec: \(binariesFolder)/Benchmarks \(Printer.argument) \(seconds)
    """
  }

  /// How many of the lines 0, 1, 2… are not where they belong.
  private static func faults(
    in execution: Int, _ api: APIClient, _ count: Int
  ) async throws -> Int {
    let answer = try await HTTPClient().stream(
      HTTPRequest(
        "GET", "\(api.server)/api/59/execution/\(execution)/output.text",
        headers: ["X-Rundeck-Auth-Token": api.token ?? ""]))
    var line: [UInt8] = []
    var expected = 0
    var faults = 0
    for try await piece in answer.body {
      for part in piece.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
        if part.offset > 0 {
          let number = Printer.number(of: line)
          if number != expected || line.count != Printer.lineLength - 1 { faults += 1 }
          expected = number + 1
          line.removeAll(keepingCapacity: true)
        }
        line += part.element
      }
    }
    return faults + abs(count - expected)
  }
}
