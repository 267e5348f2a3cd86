import Cryptography
import Model
import Store
import Wire
import WorkflowEngine

@testable import Execution

/// An execution that a test carries by itself, without conductor, store and agents: what a step is is said by its
/// command.
struct CarriedRun {
  static let sealer = EnvelopeSealer(key: .random())
  static let owner = Ownership(
    execution: ExecutionID(7), term: Term(member: MemberID("m"), incarnation: 1), epoch: Epoch(1))
  static let instant = Instant(microseconds: 1_000)

  var execution: CarriedExecution
  /// What the last turn decided.
  var transition = Transition(ownership: owner)
  /// The states as the store has them.
  var stored: [StepKey: StepStateRecord] = [:]
  /// All lines.
  var lines: [String] = []
  /// All cells whose work was given to an agent, the member or the desk of references, in that order.
  var begun: [String] = []

  init(_ job: Job, nodes: [String] = ["a"], strategy: ExecutionPlan.Strategy = .nodeFirst) throws {
    let plan = ExecutionPlan(
      strategy: strategy, keepgoing: job.workflow.keepgoing, nodeKeepgoing: true, threadCount: 8,
      nodes: nodes.map { PlannedNode(node: Node(name: $0), agent: AgentID("id-\($0)")) },
      steps: ExecutionPlan.steps(of: job.workflow.steps),
      home: PlannedNode(node: Node(name: "home"), agent: AgentID("id-home")))
    let draft = ExecutionDraft(
      id: ExecutionID(7), project: "p", definition: try ExecutionDraft.text(of: job),
      user: "admin", options: [:], logLevel: "INFO", plan: plan, serverNode: "home",
      owner: Self.owner.term, createdAt: Self.instant, startedAt: Self.instant)
    execution = CarriedExecution(
      try draft.record(), job, secureOptions: [:], ownership: Self.owner,
      machine: WorkflowMachine(plan: plan))
  }

  /// One turn of the conductor's loop.
  mutating func turn(
    _ change: (inout CarriedExecution, inout Transition) throws -> Void = { _, _ in }
  )
    throws
  {
    transition = Transition(ownership: Self.owner)
    try change(&execution, &transition)
    execution.goOn(Self.tools, transition: &transition)
    execution.conclude(at: Self.instant, transition: &transition)
    stored.merge(transition.states) { _, new in new }
    lines += transition.lines.map(\.text)
    begun += transition.starts.map(\.key.description)
    begun += transition.memberTasks.map { "member \($0.key)" }
    begun += transition.references.map { "reference \($0.key)" }
    for (index, start) in transition.starts.enumerated() {
      execution.open[AssignmentID(Int64(execution.open.count + 100 * (index + begun.count)))] =
        CarriedExecution.Open(key: start.key, agent: start.agent, isDelivered: true)
    }
  }

  /// The agent reports how a step ended.
  mutating func report(_ step: String, _ node: String = "a", code: Int32 = 0) throws {
    let key = StepKey(step: step, node: node)
    guard let id = execution.open.first(where: { $0.value.key == key })?.key else { return }
    try turn { execution, transition in
      try execution.apply(
        .ended(id, ExecutionID(7), .exited(code: code), at: Self.instant), to: &transition)
    }
  }

  static let tools = StepTools(
    language: RunLanguage(
      options: { _ in ResolvedOptions() },
      select: { (_, nodes) throws(LaunchError) in nodes },
      work: { (step) throws(UnfitStep) in try played(step) }),
    server: ServerNode(name: "home", sidecar: .hostname("home"), url: "", uuid: "m"),
    now: instant, stamp: instant)

  private static func played(_ step: StepInContext) throws(UnfitStep) -> StepWork {
    switch step.definition.kind {
    case .exec("once"): return .member(PlayedStep(isRepeatable: false))
    case .exec("again"): return .member(PlayedStep(isRepeatable: true))
    case .exec("refer"):
      return .nested(.reference(JobReference(uuid: JobID("child")), PassedSecrets()))
    case .exec("when"):
      let steps = [WorkflowStep(.exec("sub one")), WorkflowStep(.exec("sub two"))]
      return .nested(.conditional(steps: steps, ConditionalLook(holds: true)))
    case .exec("never"): return .nested(.conditional(steps: [], ConditionalLook(holds: false)))
    default:
      let failure = step.failure.map { "\($0.reason)/\($0.exitCode ?? -1)/\($0.failedNodes)" }
      return .agent(StepSpecification(arguments: [failure ?? "work"], project: "p"))
    }
  }
}

struct PlayedStep: MemberStep {
  let isRepeatable: Bool
  func run(_ tools: MemberTools) async -> MemberStepResult { MemberStepResult(.succeeded) }
}

extension CarriedRun {
  /// The execution as another member takes it up from what is stored.
  func adopted(_ nested: [NestedWorkflowRecord] = []) throws -> CarriedExecution {
    var record = execution.record
    record.status = .running
    let stored = UnfinishedExecution(
      owner: Self.owner, record: record, states: Array(stored.values), assignments: [],
      nested: nested)
    return try CarriedExecution(adopting: stored, sealer: Self.sealer)
  }
}
