public import Cluster
public import Cryptography
public import Logging
import Model
public import ServiceLifecycle
public import Store

/// Carries this member's executions: takes launches, agents' events and aborts, lets each execution's
/// `WorkflowMachine` decide, commits what all of them decided in one transaction, then acts.
///
/// There is one group commit at a time; whatever arrives meanwhile waits for the next one, so the
/// number of commits follows the database's pace and not the number of jobs. It acts in the member's
/// present term only: before each commit and each act it asks whether the term is still held, and when
/// it is not it drops everything that it carried and begins anew in the next one.
public actor ExecutionConductor: Service, ExecutionControl {
  let store: Store
  nonisolated let terms: CurrentTerm
  let time: DatabaseTime
  let planner: RunPlanner
  let sealer: EnvelopeSealer
  let commands: any AgentCommands
  let log: any ExecutionLog
  nonisolated let output: StepOutput
  let tools: MemberTools
  let cluster: ConductorCluster
  let timing: ConductorTiming
  let logger: Logger
  nonisolated let inbox = ConductorInbox()
  nonisolated let endings = ExecutionEndings()
  nonisolated let load = ConductorLoad()
  nonisolated let definitions = DefinitionCache()

  /// The term that is served; nil between two of them.
  var served: Term?
  /// The terms that were served before: of these, late commits may be under way.
  var former: Set<Term> = []
  /// The executions that this member carries, by number.
  var carried: [ExecutionID: CarriedExecution] = [:]
  /// What could not be written in this term, so that it is not taken up again and again.
  var leftAlone: Set<ExecutionID> = []
  /// How far it is in taking up what it owns.
  var takingUp = TakingUp()
  /// How far it is in claiming what others left to it.
  var claims = ClaimPages()
  /// What the commit under way is about, so that those who wait for it can be told.
  var underWay: [PlannedCommit] = []
  /// Whether everything is to be handed over: then nothing is begun or taken up any more.
  var isDraining = false
  /// Whether that was done: then nothing is written any more.
  var isHandedOver = false
  var waits = AgentWaits()
  var alarms = ExecutionAlarms()
  var captures = CaptureDesk()
  var members = MemberDesk()
  var references = ReferenceDesk()
  var timeLimits = TimeLimits()
  var numbers = NumberBlocks()

  /// A conductor for the member whose present term `terms` tells. `server` says how this member's own
  /// agent is found and what the member is called; `output` reads what steps printed; `tools` are for the steps
  /// that the member carries out itself; `cluster` is what it knows of the other members; `options` finds out what
  /// options need from outside.
  public init(
    store: Store, terms: CurrentTerm, time: DatabaseTime, server: ServerNode,
    sealer: EnvelopeSealer, commands: any AgentCommands, log: any ExecutionLog = NoExecutionLog(),
    output: StepOutput = .none, tools: MemberTools = MemberTools(),
    cluster: ConductorCluster = ConductorCluster(), options: OptionDesk = .closed,
    timing: ConductorTiming = ConductorTiming(),
    random: @escaping @Sendable () -> any RandomNumberGenerator = {
      SystemRandomNumberGenerator()
    }, logger: Logger
  ) {
    self.store = store
    self.terms = terms
    self.time = time
    planner = RunPlanner(server: server, language: .rundeck(options), random: random)
    self.sealer = sealer
    self.commands = commands
    self.log = log
    self.output = output
    self.tools = tools
    self.cluster = cluster
    self.timing = timing
    self.logger = logger
  }

  /// Tells what agents reported. Returns at once; the events are decided upon in the order given.
  public nonisolated func deliver(_ events: [AssignmentEvent]) {
    _ = inbox.put(events.map(ConductorInput.event))
  }

  /// How many executions this member carries, those included that wait for their time.
  public var carriedCount: Int { carried.count }

  /// How many executions run on this member: its load, for the heartbeat.
  public nonisolated var runningCount: Int { load.running }

  /// The member's newest term, for names; what is written names `served`.
  nonisolated var term: Term { terms.last }

  /// Whether this member may commit and act for what it carries, asked right before it does.
  var mayAct: Bool { served != nil && !isHandedOver && terms.held == served }

  /// What those are told whom this member cannot serve any more.
  var whyNot: String { served == nil || terms.held == served ? Self.stopping : Self.termEnded }

  static let stopping = "this member is stopping"
  static let termEnded =
    "this member was cut off from the cluster and holds no term now; another member answers"
}
