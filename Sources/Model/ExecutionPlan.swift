/// What an execution is going to do, decided once when it is launched: which steps on which nodes, in
/// which order. Together with the stored step states it says what comes next, on any member.
///
/// Steps and nodes are both in the order in which they run.
public struct ExecutionPlan: Sendable, Hashable, Codable {
  /// In which order steps and nodes are gone through.
  ///
  /// `parallel` and `ruleset` become cases of their own; what decides is `WorkflowMachine`.
  public enum Strategy: String, Sendable, Hashable, Codable, CaseIterable {
    /// All steps on one node, then all steps on the next. Rundeck's default.
    case nodeFirst = "node-first"
    /// Each step on all nodes, then the next step. Rundeck calls it `sequential`.
    case stepFirst = "sequential"
  }

  public var strategy: Strategy
  /// Whether later steps run after one has failed.
  public var keepgoing: Bool
  /// Whether further nodes are gone to after one has failed.
  public var nodeKeepgoing: Bool
  /// How many nodes are worked on at once; at least 1.
  public var threadCount: Int
  public var nodes: [PlannedNode]
  public var steps: [PlannedStep]
  /// Why nothing can run although the run was accepted (no node matched…): the execution fails at once
  /// with this reason.
  public var obstacle: String?

  public init(
    strategy: Strategy = .nodeFirst, keepgoing: Bool = false, nodeKeepgoing: Bool = false,
    threadCount: Int = 1, nodes: [PlannedNode], steps: [PlannedStep], obstacle: String? = nil
  ) {
    self.strategy = strategy
    self.keepgoing = keepgoing
    self.nodeKeepgoing = nodeKeepgoing
    self.threadCount = threadCount
    self.nodes = nodes
    self.steps = steps
    self.obstacle = obstacle
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
  /// Its step context identifier: `1`, `2`…; in a nested workflow `2/1`.
  public var step: String
  /// Whether it runs once on each node; false means once in the workflow.
  public var isNodeStep: Bool
  /// Its description in the definition, for people.
  public var label: String?

  public init(step: String, isNodeStep: Bool = true, label: String? = nil) {
    self.step = step
    self.isNodeStep = isNodeStep
    self.label = label
  }
}

/// One step on one node: what a state, an assignment and an output line belong to.
public struct StepKey: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The step context identifier.
  public var step: String
  /// The node's name.
  public var node: String

  public init(step: String, node: String) {
    self.step = step
    self.node = node
  }

  public var description: String { "\(step)@\(node)" }
}
