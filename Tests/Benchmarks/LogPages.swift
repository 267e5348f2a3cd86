import TestSupport

/// How long pages of a long log take, wherever they are: from offsets throughout it, and its last lines.
struct LogPages {
  private let execution: Int
  private let api: APIClient
  private static let count = 40

  init(of execution: Int, _ api: APIClient) {
    self.execution = execution
    self.api = api
  }

  func figures(_ name: String) async throws -> [Figure] {
    let size =
      try await api.json("GET", "/execution/\(execution)/output?lastlines=1")
      .totalSize.int ?? 0
    guard size > 0 else { throw NeverHappened(description: "the log's size is answered") }
    var within: [Double] = []
    for index in 0..<Self.count {
      within.append(try await time("offset=\(size / Self.count * index)&maxlines=1000"))
    }
    var last: [Double] = []
    for _ in 0..<10 { last.append(try await time("lastlines=1000")) }
    return [
      figure("a page of 1,000 lines at \(Self.count) places, \(name): worst", within),
      figure("the last 1,000 lines, \(name): worst of 10", last),
    ]
  }

  private func figure(_ name: String, _ times: [Double]) -> Figure {
    Figure(
      name: name, value: times.max() ?? .nan, unit: "ms", reach: .atMost(200),
      machine: "median \(rounded(median(times))) ms")
  }

  private func time(_ query: String) async throws -> Double {
    var lines = 0
    let elapsed = try await seconds {
      lines = try await api.json("GET", "/execution/\(execution)/output?\(query)")
        .entries.items.count
    }
    guard lines == 1_000 else {
      throw NeverHappened(description: "a page with \(query) has 1,000 lines: \(lines)")
    }
    return elapsed * 1_000
  }
}
