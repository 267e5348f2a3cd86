import HTTPClient
import TestSupport
import Wire

/// A step on many nodes: what each node costs besides its agent's work.
enum DispatchBenchmarks {
  private static let nodes = 1_000
  private static let rounds = 5

  static func run() async throws -> [Figure] {
    let server = try await ScratchPostgres(isDurable: true)
    let installation = try Installation(
      databaseURL: server.url(), settings: ["quarterdeck.log.level": "warning"])
    let member = try await installation.startControlPlane()
    let (orders, order) = AsyncStream<CrowdAnswers.Order>.makeStream()
    let crowd = try await AgentCrowd(of: nodes, at: installation.api, port: installation.port) {
      order.yield(CrowdAnswers.Order(credential: $0, assignment: $1))
    }
    let answers = Task { await CrowdAnswers(api: installation.api, orders: orders).run() }
    try await installation.api.createProject("bench")
    let job = try await installation.api.importJob(Self.job, into: "bench")
    var times: [Double] = []
    for round in 0..<rounds {
      let elapsed = try await seconds { try await runToEnd(job, installation.api) }
      if round > 0 { times.append(elapsed * 1_000 / Double(nodes)) }
    }
    answers.cancel()
    crowd.leave()
    await member.stop()
    await server.remove()
    return [
      Figure(
        name: "a step on \(nodes) nodes, thread count 100, postgresql: per node",
        value: median(times), unit: "ms", reach: .atMost(2),
        machine: "the \(nodes) played agents' reports included")
    ]
  }

  private static func runToEnd(_ job: String, _ api: APIClient) async throws {
    let execution = try await api.run(job)
    let ended = try await api.ended(execution, within: 300)
    guard ended.status.text == "succeeded" else {
      throw NeverHappened(description: "execution \(execution) succeeds: \(ended)")
    }
  }

  private static let job = """
    - name: everywhere
      nodefilters:
        filter: 'name: crowd-.*'
        dispatch: {threadcount: '100', keepgoing: true}
      sequence:
        keepgoing: false
        strategy: node-first
        commands:
        - exec: 'true'
    """
}
