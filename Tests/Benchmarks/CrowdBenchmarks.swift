import Glibc
import TestSupport

/// What many connected agents cost a member.
enum CrowdBenchmarks {
  static func run() async throws -> [Figure] {
    try await [1_000, 10_000].asyncFlatMap { try await measure($0) }
  }

  private static func measure(_ count: Int) async throws -> [Figure] {
    let server = try await ScratchPostgres(isDurable: true)
    let installation = try Installation(
      databaseURL: server.url(), settings: ["quarterdeck.log.level": "warning"])
    let member = try await installation.startControlPlane()
    try await ContinuousClock().sleep(for: .seconds(2))
    let empty = try Memory(of: member.process.pid).resident
    let crowd = try await AgentCrowd(of: count, at: installation.api, port: installation.port)
    try await ContinuousClock().sleep(for: .seconds(12))
    let before = try processorSeconds(of: member.process.pid)
    let full = try Memory(of: member.process.pid).resident
    try await ContinuousClock().sleep(for: .seconds(30))
    let used = try processorSeconds(of: member.process.pid) - before
    crowd.leave()
    await member.stop()
    await server.remove()
    return [
      Figure(
        name: "\(count) agents: heartbeats, share of a core", value: used / 30 * 100, unit: "%",
        reach: .atMost(25)),
      Figure(
        name: "\(count) agents: RSS of the member per agent",
        value: (full - empty) * 1_024 / Double(count), unit: "KiB", reach: .atMost(20)),
    ]
  }
}

extension Sequence where Element: Sendable {
  /// The lists that `transform` makes of the elements, one after the other.
  fileprivate func asyncFlatMap<Value>(
    _ transform: (Element) async throws -> [Value]
  ) async rethrows -> [Value] {
    var values: [Value] = []
    for element in self { values += try await transform(element) }
    return values
  }
}
