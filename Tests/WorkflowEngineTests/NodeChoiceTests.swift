import Model
import TestSupport
import Testing

@testable import WorkflowEngine

/// The orchestrators of Rundeck's documentation (Orchestrator Plugins).
@Suite struct NodeChoiceTests {
  private static let nodes = [("a", "1"), ("b", "1"), ("c", "10"), ("d", "9"), ("e", nil)]
    .map { name, rank in
      PlannedNode(
        node: Node(name: name, attributes: rank.map { ["rank": $0] } ?? [:]),
        agent: AgentID("agent-\(name)"))
    }

  private static func choose(
    _ rule: JobOrchestrator.Rule?, rank: String? = nil, seed: UInt64 = 1
  ) throws -> NodeChoice {
    var random = SeededGenerator(seed: seed)
    return try NodeChoice(rule, of: nodes, rankAttribute: rank, using: &random)
  }

  @Test func `without an orchestrator all nodes are gone to in their order`() throws {
    let choice = try Self.choose(nil)
    #expect(choice.nodes == Self.nodes && choice.orchestration == nil)
  }

  @Test func `a subset has so many nodes, in their order, and chance decides which`() throws {
    let names = try (UInt64(1)...50).map { seed in
      try Self.choose(.subset(count: 2), seed: seed).nodes.map(\.name)
    }
    #expect(names.allSatisfy { $0.count == 2 && $0 == $0.sorted() })
    #expect(Set(names).count > 5)
    #expect(try Self.choose(.subset(count: 9)).nodes == Self.nodes)
    #expect(try Self.choose(.subset(count: 2), seed: 3) == Self.choose(.subset(count: 2), seed: 3))
  }

  @Test func `ranks are tiers of nodes with the same value; names make every node its own`() throws
  {
    #expect(try Self.choose(.rankTiered, rank: "rank").orchestration?.tiers == [2, 1, 1, 1])
    #expect(try Self.choose(.rankTiered).orchestration?.tiers == [1, 1, 1, 1, 1])
  }

  @Test(arguments: [(33.0, 1), (40, 2), (100, 5), (1, 1), (59.9, 2)])
  func `a percentage of the nodes is gone to at once, but at least one`(
    percent: Double, atOnce: Int
  ) throws {
    #expect(try Self.choose(.maxPercentage(percent)).orchestration?.atOnce == atOnce)
  }

  @Test func `the highest or the lowest value picks one node, numbers by size`() throws {
    let highest = try Self.choose(.extreme(attribute: "rank", isHighest: true))
    #expect(highest.nodes.map(\.name) == ["c"])
    let lowest = try Self.choose(.extreme(attribute: "rank", isHighest: false))
    #expect(lowest.nodes.map(\.name) == ["a"])
    let byName = try Self.choose(.extreme(attribute: "nodename", isHighest: true))
    #expect(byName.nodes.map(\.name) == ["e"])
  }

  @Test func `a plugin's orchestrator is refused with what is allowed`() {
    let plugin = PluginDefinition(type: "mine", configuration: .map([]))
    #expect(throws: UnknownOrchestrator.self) { try Self.choose(.other(plugin)) }
  }

  @Test func `a tier begins when all nodes of the one before are done`() {
    var plan = ExecutionPlan.table(nodes: 4, steps: 1, threadCount: 4)
    plan.orchestration = Orchestration(tiers: [2, 2])
    var machine = WorkflowMachine(plan: plan)
    #expect(machine.advance().starts.map(\.node) == ["a", "b"])
    _ = machine.end(StepKey(step: "1", node: "b"), as: .succeeded)
    #expect(machine.advance().isEmpty)
    _ = machine.end(StepKey(step: "1", node: "a"), as: .succeeded)
    #expect(machine.advance().starts.map(\.node) == ["c", "d"])
  }

  @Test func `no more nodes are gone to at once than the orchestrator allows`() {
    var plan = ExecutionPlan.table(nodes: 4, steps: 1, threadCount: 4)
    plan.orchestration = Orchestration(atOnce: 2)
    var machine = WorkflowMachine(plan: plan)
    #expect(machine.advance().starts.map(\.node) == ["a", "b"])
  }
}
