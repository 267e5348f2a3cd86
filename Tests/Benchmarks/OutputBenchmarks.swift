import HTTPClient
import TestSupport

/// One GiB of output: from the step's first byte until all of it has been read back through the API.
enum OutputBenchmarks {
  static func run(on engine: Engine, databaseURL: String?) async throws -> [Figure] {
    let producer = Jobs.printing(Jobs.gibibyteOfLines)
    let bench = try await Bench(databaseURL: databaseURL, job: Jobs.flood)
    let limit = try await Machine.catRate(
      of: producer, mebibytes: 1_024, into: "\(bench.installation.folder)/cat")
    let before = try Memory(of: bench.member.process.pid)
    let growth = PeakMemory(of: bench.member.process.pid)
    let elapsed = try await seconds {
      let execution = try await bench.api.run(bench.job)
      _ = try await bench.api.ended(execution, within: 300)
      try await readBack(execution, bench.api)
    }
    let peak = await growth.stop()
    await bench.stop()
    let rate = 1_024 / elapsed
    return [
      Figure(
        name: "output of 1 GiB until read back, \(engine): share of cat > file",
        value: 100 * rate / limit, unit: "%", reach: .atLeast(15),
        machine: "\(rounded(rate)) MiB/s; cat > file: \(rounded(limit)) MiB/s"),
      Figure(
        name: "control plane, growth of RSS meanwhile, \(engine)", value: peak - before.resident,
        unit: "MiB", reach: .atMost(64)),
    ]
  }

  /// Reads the whole output and compares each byte.
  private static func readBack(_ execution: Int, _ api: APIClient) async throws {
    let expected = Array((String(repeating: "0123456789", count: 9) + "012345678\n").utf8)
    let pattern = Array(repeatElement(expected, count: 8_192).joined())
    let client = HTTPClient()
    let answer = try await client.stream(
      HTTPRequest(
        "GET", "\(api.server)/api/59/execution/\(execution)/output.text",
        headers: ["X-Rundeck-Auth-Token": api.token ?? ""]))
    var count = 0
    for try await piece in answer.body {
      var rest = piece[...]
      while !rest.isEmpty {
        let phase = count % pattern.count
        let length = min(rest.count, pattern.count - phase)
        guard rest.prefix(length).elementsEqual(pattern[phase..<phase + length]) else {
          throw NeverHappened(description: "the output is identical around byte \(count)")
        }
        rest = rest.dropFirst(length)
        count += length
      }
    }
    guard count == Jobs.gibibyteOfLines * 100 else {
      throw NeverHappened(description: "all bytes come back: \(count)")
    }
  }
}

/// The largest resident size of a process, looked at four times a second.
final class PeakMemory: Sendable {
  private let task: Task<Double, Never>

  init(of pid: Int32) {
    task = Task {
      var peak = 0.0
      while !Task.isCancelled {
        if let memory = try? Memory(of: pid) { peak = max(peak, memory.resident) }
        try? await ContinuousClock().sleep(for: .milliseconds(250))
      }
      return peak
    }
  }

  /// Ends the looking and returns the peak in MiB.
  func stop() async -> Double {
    task.cancel()
    return await task.value
  }
}
