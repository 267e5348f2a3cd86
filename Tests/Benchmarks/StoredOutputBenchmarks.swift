import TestSupport

/// Output of one step until its copy in a log storage was written and read back, from the step's start and from its end.
enum StoredOutputBenchmarks {
  static func run(in storage: StorageBench) async throws -> [Figure] {
    let server = try await ScratchPostgres(isDurable: true)
    let bench = try await Bench(
      databaseURL: server.url(), job: Jobs.flood(of: storage.lines), settings: storage.settings)
    let limit = try await OutputBenchmarks.catRate(bench, lines: storage.lines)
    let synced = try await OutputBenchmarks.catRate(bench, lines: storage.lines, isSynced: true)
    var afterEnd = 0.0
    var execution = 0
    let elapsed = try await seconds {
      execution = try await bench.api.run(bench.job)
      try await OutputBenchmarks.untilReadable(execution, bench.api)
      afterEnd = try await seconds { try await OutputBenchmarks.untilStored(bench.api) }
    }
    let size = storage.storedBytes()
    let reading = try await seconds {
      try await OutputBenchmarks.readBack(execution, bench.api, lines: storage.lines)
    }
    let pages = try await LogPages(of: execution, bench.api).figures("storage \(storage.name)")
    await bench.stop()
    await server.remove()
    await storage.remove()
    return figures(
      of: storage, [elapsed, afterEnd, reading], limit: limit,
      remark: "; with sync: \(rounded(synced)) MiB/s"
        + (size.map { "; stored in \(rounded(Double($0) / 1_048_576)) MiB" } ?? "")) + pages
  }

  private static func figures(
    of storage: StorageBench, _ seconds: [Double], limit: Double, remark: String
  ) -> [Figure] {
    let mebibytes = Jobs.mebibytes(of: storage.lines)
    let name = "output of \(rounded(mebibytes)) MiB, postgresql, storage \(storage.name)"
    let whats = ["step's start to verified copy", "step's end to verified copy", "reading back"]
    return zip(zip(whats, seconds), [30.0, 30, 20]).map { measured, reach in
      var figure = OutputBenchmarks.share(
        "\(name): \(measured.0)", rate: mebibytes / measured.1, of: limit, atLeast: reach)
      figure.machine += remark
      return figure
    }
  }
}
