import Model
import TestSupport
import Testing
import WorkflowEngine

@testable import Execution

@Suite struct OrchestratorTests {
  private static func plan(
    _ type: String, _ settings: [(String, String)], options: [String: String] = [:]
  ) throws -> ExecutionPlan {
    let orchestrator = JobValue.map([
      JobEntry("type", .text(type)),
      JobEntry("configuration", .map(settings.map { JobEntry($0.0, .text($0.1)) })),
    ])
    let job = Job(
      name: "many", workflow: Workflow(steps: [WorkflowStep(.exec("true"))]),
      kept: ["orchestrator": orchestrator])
    var plan = ExecutionPlan(
      nodes: ["a", "b", "c", "d"].map {
        PlannedNode(
          node: Node(name: $0, attributes: ["load": $0 == "c" ? "12" : "7"]),
          agent: AgentID("agent-\($0)"))
      }, steps: [PlannedStep(step: "1")])
    var random = SeededGenerator(seed: 11)
    try RunPlanner.orchestrate(&plan, job, options: options, rankAttribute: "load", using: &random)
    return plan
  }

  @Test func `a job's orchestrator chooses among the planned nodes`() throws {
    #expect(try Self.plan("subset", [("count", "2")]).nodes.count == 2)
    #expect(try Self.plan("rankTiered", []).orchestration?.tiers == [2, 1, 1])
    #expect(try Self.plan("maxPercentage", [("percent", "50")]).orchestration?.atOnce == 2)
    let highest = try Self.plan(
      "orchestrator-highest-lowest-attribute", [("attribute", "load"), ("sort", "highest")])
    #expect(highest.nodes.map(\.name) == ["c"])
  }

  @Test func `its settings may refer to options`() throws {
    let settings = [("count", "${option.n}")]
    #expect(try Self.plan("subset", settings, options: ["n": "3"]).nodes.count == 3)
    #expect(throws: LaunchError.self) { try Self.plan("subset", settings, options: ["n": "x"]) }
  }

  @Test func `an orchestrator that nobody knows refuses the run`() {
    #expect(throws: LaunchError.self) { try Self.plan("of-my-own", []) }
  }

  @Test func `what an orchestrator decided is stored with the plan`() throws {
    let plan = try Self.plan("maxPercentage", [("percent", "25")])
    #expect(plan.orchestration == Orchestration(atOnce: 1))
  }
}
