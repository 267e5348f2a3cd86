import TestSupport

/// What storing a service's log costs and how small it becomes: Rundeck's text, and the same with zstd.
enum CompressionBenchmarks {
  private static let lines = 2_500_000

  static func run() async throws -> [Figure] {
    let plain = try await measure(.file())
    let small = try await measure(.file(isCompressed: true))
    let text = "\(rounded(plain.size)) MiB of rdlog"
    return [
      Figure(
        name: "a service's log stored with zstd: share of its size without",
        value: 100 * small.size / plain.size, unit: "%", reach: .atMost(30),
        machine: "\(rounded(small.size)) MiB; \(text)"),
      Figure(
        name: "storing a log, zstd: processor time of the member per GiB",
        value: 1_024 * small.processor / plain.size, unit: "s", reach: .atMost(30),
        machine: "without: \(rounded(1_024 * plain.processor / plain.size)) s"),
    ]
  }

  /// The stored size in MiB, and the member's seconds of processor time from the step's end to the verified copy.
  private static func measure(
    _ storage: StorageBench
  ) async throws -> (size: Double, processor: Double) {
    let server = try await ScratchPostgres(isDurable: true)
    let bench = try await Bench(
      databaseURL: server.url(), job: job, settings: storage.settings)
    let execution = try await bench.api.run(bench.job)
    try await OutputBenchmarks.untilReadable(execution, bench.api)
    let before = try processorSeconds(of: bench.member.process.pid)
    try await OutputBenchmarks.untilStored(bench.api)
    let used = try processorSeconds(of: bench.member.process.pid) - before
    let size = Double(storage.storedBytes() ?? 0) / 1_048_576
    await bench.stop()
    await server.remove()
    await storage.remove()
    return (size, used)
  }

  private static let job = """
    - name: service
      loglevel: INFO
      sequence:
        keepgoing: false
        strategy: node-first
        commands:
        - exec: \(binariesFolder)/Benchmarks \(Printer.logArgument) \(lines)
    """
}
