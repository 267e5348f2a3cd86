import Glibc
import TestSupport

/// Compares what the cluster recorded of executions with what their steps wrote to files.
struct RecordCheck: Sendable {
  let folder: String
  /// What was compared, and what was seen before it had ended.
  private var compared: Set<Int> = []
  private var open: Set<Int> = []

  init(folder: String) { self.folder = folder }

  /// Compares the executions that have ended since the last call. A cluster that does not answer is asked another time.
  mutating func check(api: APIClient, into report: inout ChaosReport) async throws {
    for id in open.sorted() {
      guard let execution = try? await api.json("GET", "/execution/\(id)") else { return }
      try await take(execution, api, &report)
    }
    var offset = 0
    while let page = try? await Self.page(api, offset), !page.isEmpty {
      let news = page.filter {
        !compared.contains($0.id.int ?? 0) && !open.contains($0.id.int ?? 0)
      }
      for execution in news { try await take(execution, api, &report) }
      // The list begins with the newest; pages without news are followed by older ones only.
      if news.isEmpty { return }
      offset += page.count
    }
  }

  private static func page(_ api: APIClient, _ offset: Int) async throws -> [JSONDocument] {
    try await api.json("GET", "/project/\(ChaosRun.project)/executions?max=200&offset=\(offset)")
      .executions.items
  }

  private mutating func take(
    _ execution: JSONDocument, _ api: APIClient, _ report: inout ChaosReport
  ) async throws {
    guard let id = execution.id.int, let status = execution.status.text else { return }
    guard !["running", "queued", "scheduled"].contains(status) else {
      open.insert(id)
      return
    }
    try await compare(id, status, api, &report)
    open.remove(id)
    compared.insert(id)
  }

  private func compare(
    _ execution: Int, _ status: String, _ api: APIClient, _ report: inout ChaosReport
  ) async throws {
    report.count(status: status)
    let file = "\(folder)/\(execution)"
    let starts = (try? readFile("\(file).starts")).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let steps = starts.split(separator: "\n")
    if Set(steps).count != steps.count {
      report.fail("execution \(execution): a step started twice: \(steps)")
    }
    let printed = (try? readFile(file)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let output = try await eventually("the output of \(execution)") {
      try? await api.output(execution)
    }
    let recorded = output.split(separator: "\n").filter { $0.hasPrefix("\(execution) line ") }
    let expected = printed.split(separator: "\n")
    // A step that is killed between its two writes has its last line in the file only.
    let isWhole =
      recorded == expected || (status != "succeeded" && recorded == expected.dropLast())
    if !isWhole {
      report.fail(
        "execution \(execution) (\(status)): \(recorded.count) of \(expected.count) lines recorded")
    }
    if status != "succeeded" { report.unusual(execution, status) }
    unlink(file)
    unlink("\(file).starts")
  }
}
