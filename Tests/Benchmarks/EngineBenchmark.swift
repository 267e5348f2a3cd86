import Model
import WorkflowEngine

/// What deciding costs, with nothing around it: no store, no agent, no step.
enum EngineBenchmark {
  private static let steps = 100
  private static let nodes = 1_000

  static func run() -> [Figure] {
    let plain = outcomesPerSecond(.nodeFirst, threadCount: 100)
    let others = [
      ("sequential", outcomesPerSecond(.stepFirst, threadCount: 100)),
      ("parallel", outcomesPerSecond(.parallel, threadCount: 100)),
      ("one thread", outcomesPerSecond(.nodeFirst, threadCount: 1)),
      (
        "every step fails and is handled",
        outcomesPerSecond(.nodeFirst, threadCount: 100, fails: true)
      ),
    ]
    return [
      Figure(
        name: "engine alone: a 100-step workflow on 1,000 nodes: outcomes/s", value: plain,
        unit: "/s", reach: .atLeast(500_000),
        machine: others.map { "\($0): \(rounded($1))" }.joined(separator: ", "))
    ]
  }

  /// Plays a workflow to its end; each outcome is decided upon by itself, as the slowest conductor would.
  private static func outcomesPerSecond(
    _ strategy: ExecutionPlan.Strategy, threadCount: Int, fails: Bool = false
  ) -> Double {
    var machine = WorkflowMachine(plan: plan(strategy, threadCount, isHandled: fails))
    var open = machine.advance().starts
    var next = 0
    var outcomes = 0
    let clock = ContinuousClock()
    let start = clock.now
    while next < open.count {
      let key = open[next]
      next += 1
      let isFailure = fails && key.step.utf8.last != UInt8(ascii: "e")
      precondition(!machine.end(key, as: isFailure ? .failed : .succeeded).isEmpty)
      open += machine.advance().starts
      outcomes += 1
    }
    let seconds = (clock.now - start) / .seconds(1)
    precondition(outcomes == steps * nodes * (fails ? 2 : 1) && machine.verdict != nil)
    return Double(outcomes) / seconds
  }

  private static func plan(
    _ strategy: ExecutionPlan.Strategy, _ threadCount: Int, isHandled: Bool
  ) -> ExecutionPlan {
    ExecutionPlan(
      strategy: strategy, nodeKeepgoing: true, threadCount: threadCount,
      nodes: (1...nodes).map {
        PlannedNode(node: Node(name: "node\($0).example"), agent: AgentID("agent-\($0)"))
      },
      steps: (1...steps).map {
        PlannedStep(
          step: "\($0)", handler: isHandled ? PlannedHandler(keepgoingOnSuccess: true) : nil)
      })
  }
}
