/// What a workflow is going to do, decided once when it is launched: which steps on which nodes, in
/// which order. Together with the stored step states it says what comes next, on any member.
///
/// It is the plan of an execution, or that of a workflow within one (a job reference, a conditional).
/// Steps and nodes are both in the order in which they run. What decides is `WorkflowMachine`.
public struct ExecutionPlan: Sendable, Hashable, Codable {
  /// In which order steps and nodes are gone through.
  public enum Strategy: String, Sendable, Hashable, Codable, CaseIterable {
    /// All steps on one node, then all steps on the next. Rundeck's default.
    case nodeFirst = "node-first"
    /// Each step on all nodes, then the next step. Rundeck calls it `sequential`.
    case stepFirst = "sequential"
    /// All steps at once, each of them on as many nodes as the thread count allows.
    case parallel
    /// Each step when `rules` say so.
    case ruleset
  }

  public var strategy: Strategy
  /// The rules of the strategy `ruleset`, as they were written.
  public var rules: String?
  /// Whether later steps run after one has failed.
  public var keepgoing: Bool
  /// Whether further nodes are gone to after one has failed.
  public var nodeKeepgoing: Bool
  /// How many nodes are worked on at once; at least 1.
  public var threadCount: Int
  /// How the job's orchestrator lets nodes be gone to, where it says more than their order.
  public var orchestration: Orchestration?
  public var nodes: [PlannedNode]
  public var steps: [PlannedStep]
  /// Why nothing can run although the run was accepted (no node matched…): the execution fails at once
  /// with this reason.
  public var obstacle: String?
  /// The agent of the host of the member that carries the execution: where steps run that have no node.
  public var home: PlannedNode?
  /// `${globals.*}` of the workflow's project (`project.globals.*`), by name, as they were when it was planned. Nil in
  /// a plan whose steps belong to the workflow around it.
  public var globals: [String: String]?
  /// `${job.user.email}`: the address of whoever runs it, as it was when the execution was planned. Nil without one and in
  /// the plans of workflows within the execution.
  public var userEmail: String?

  public init(
    strategy: Strategy = .nodeFirst, rules: String? = nil, keepgoing: Bool = false,
    nodeKeepgoing: Bool = false, threadCount: Int = 1, orchestration: Orchestration? = nil,
    nodes: [PlannedNode], steps: [PlannedStep], obstacle: String? = nil,
    home: PlannedNode? = nil
  ) {
    self.strategy = strategy
    self.rules = rules
    self.keepgoing = keepgoing
    self.nodeKeepgoing = nodeKeepgoing
    self.threadCount = threadCount
    self.orchestration = orchestration
    self.nodes = nodes
    self.steps = steps
    self.obstacle = obstacle
    self.home = home
  }
}

/// What an orchestrator decided when the plan was made, besides the choice and the order of the nodes.
public struct Orchestration: Sendable, Hashable, Codable {
  /// The sizes of groups of nodes that follow each other in the plan: a group begins when all nodes of
  /// the one before are done. Nil: one group.
  public var tiers: [Int]?
  /// How many nodes are worked on at once, whatever the thread count allows; nil: no limit of its own.
  public var atOnce: Int?

  public init(tiers: [Int]? = nil, atOnce: Int? = nil) {
    self.tiers = tiers
    self.atOnce = atOnce
  }
}

/// A node of a plan, and the agent that works there.
public struct PlannedNode: Sendable, Hashable, Codable {
  /// The node as it was when the execution was planned.
  public var node: Node
  public var agent: AgentID

  public var name: String { node.name }

  public init(node: Node, agent: AgentID) {
    self.node = node
    self.agent = agent
  }
}

/// A step of a plan.
public struct PlannedStep: Sendable, Hashable, Codable {
  /// Its number within its workflow: `1`, `2`…
  public var step: String
  /// Whether it runs once on each node; false means once in the workflow.
  public var isNodeStep: Bool
  /// Its description in the definition, for people and for rules.
  public var label: String?
  /// What runs when it fails.
  public var handler: PlannedHandler?

  public init(
    step: String, isNodeStep: Bool = true, label: String? = nil, handler: PlannedHandler? = nil
  ) {
    self.step = step
    self.isNodeStep = isNodeStep
    self.label = label
    self.handler = handler
  }
}

/// The error handler of a step; its step context identifier is the step's with an `e`: `1e`.
public struct PlannedHandler: Sendable, Hashable, Codable {
  /// Whether it runs on each node on which the step failed; false means once for all of them.
  public var isNodeStep: Bool
  /// Whether the workflow goes on after it succeeded, even without the workflow's keepgoing.
  public var keepgoingOnSuccess: Bool

  public init(isNodeStep: Bool = true, keepgoingOnSuccess: Bool = false) {
    self.isNodeStep = isNodeStep
    self.keepgoingOnSuccess = keepgoingOnSuccess
  }
}

/// One step on one node: what a state, an assignment and an output line belong to.
public struct StepKey: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The step context identifier: `1`; its handler `1e`; within the workflow of a workflow step `2/1`,
  /// within that of a node step `2@node=web1/1`, within that of a handler `2e/1`.
  public var step: String
  /// The node's name; empty for a step that runs once in its workflow.
  public var node: String

  public init(step: String, node: String) {
    self.step = step
    self.node = node
  }

  public var description: String { node.isEmpty ? step : "\(step)@\(node)" }
}
