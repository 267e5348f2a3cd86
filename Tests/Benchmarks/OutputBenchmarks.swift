import HTTPClient
import TestSupport

/// One GiB of output of one step: until all of it can be read, and until it has been read back.
enum OutputBenchmarks {
  static func run(on engine: Engine, databaseURL: String?) async throws -> [Figure] {
    let bench = try await Bench(databaseURL: databaseURL, job: Jobs.flood())
    let limit = try await catRate(bench)
    let before = try Memory(of: bench.member.process.pid)
    let growth = PeakMemory(of: bench.member.process.pid)
    var readable = 0.0
    var execution = 0
    let elapsed = try await seconds {
      readable = try await seconds {
        execution = try await bench.api.run(bench.job)
        try await untilReadable(execution, bench.api)
      }
      try await readBack(execution, bench.api)
    }
    let pages = try await LogPages(of: execution, bench.api).figures("\(engine)")
    let peak = await growth.stop()
    await bench.stop()
    return [
      share(
        "output of 1 GiB until readable, \(engine)", after: readable, of: limit,
        atLeast: engine == .sqlite ? 15 : 20),
      share("output of 1 GiB until read back, \(engine)", after: elapsed, of: limit, atLeast: 15),
      Figure(
        name: "control plane, growth of RSS meanwhile, \(engine)",
        value: peak.resident - before.resident, unit: "MiB", reach: .atMost(64)),
    ] + pages
  }

  /// - Parameter isSynced: whether the file is on the disk in the end.
  static func catRate(
    _ bench: Bench, lines: Int = Jobs.gibibyteOfLines, isSynced: Bool = false
  ) async throws -> Double {
    try await Machine.catRate(
      of: Jobs.printing(lines), mebibytes: Jobs.mebibytes(of: lines),
      into: "\(bench.installation.folder)/cat", isSynced: isSynced)
  }

  private static func share(
    _ name: String, after seconds: Double, of limit: Double, atLeast percent: Double
  ) -> Figure {
    share(name, rate: 1_024 / seconds, of: limit, atLeast: percent)
  }

  static func share(
    _ name: String, rate: Double, of limit: Double, atLeast percent: Double
  ) -> Figure {
    Figure(
      name: "\(name): share of cat > file", value: 100 * rate / limit, unit: "%",
      reach: .atLeast(percent),
      machine: "\(rounded(rate)) MiB/s; cat > file: \(rounded(limit)) MiB/s")
  }

  /// Until the execution has ended and its last line is answered.
  static func untilReadable(_ execution: Int, _ api: APIClient) async throws {
    _ = try await api.ended(execution, within: 300)
    let page = try await api.json("GET", "/execution/\(execution)/output?lastlines=1")
    guard page.completed.bool == true,
      page.entries[0].log.text?.isEmpty == false
    else { throw NeverHappened(description: "the last line can be read: \(page)") }
  }

  /// Until the storage has a verified copy of every log.
  static func untilStored(_ api: APIClient) async throws {
    _ = try await eventually("the log is stored", within: 300) { () -> Bool? in
      let status = try await api.json("GET", "/system/logstorage")
      return (status.succeededCount.int ?? 0) >= 1 ? true : nil
    }
  }

  /// Reads the whole output and compares each byte.
  static func readBack(
    _ execution: Int, _ api: APIClient, lines: Int = Jobs.gibibyteOfLines
  ) async throws {
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
    guard count == lines * 100 else {
      throw NeverHappened(description: "all bytes come back: \(count)")
    }
  }
}
