import Model
import Wire

/// A step that the member carries out itself: it asks a server, writes to the log, or decides how the workflow
/// goes on. It never starts a process.
protocol MemberStep: Sendable {
  /// Whether it may be done again when nobody knows whether it was done, after the member's death. Any other is
  /// then lost (P5).
  var isRepeatable: Bool { get }

  /// Does it. Cancellation ends it early, with a failure.
  func run(_ tools: MemberTools) async -> MemberStepResult
}

/// What came of a member's own step.
struct MemberStepResult: Sendable {
  enum End: Sendable {
    case succeeded
    case failed(StepFailure)
    /// The workflow that the step is in ends here.
    case halted(FlowHalt)
    /// Everything was fetched that the agent needs.
    case agent(StepSpecification)
    /// The same for the agent of the member's own host.
    case sidecar(StepSpecification)
  }

  /// A line of the execution's output.
  struct Line: Sendable, Hashable {
    var level: ExecutionLogLine.Level
    var text: String
  }

  var end: End
  var lines: [Line] = []
  /// What it adds to the data context: on its node, or for the whole workflow when it has none.
  var values: CapturedGroups = [:]
  /// What must not be seen in its lines, beside the secrets of its execution.
  var secrets: [String] = []

  init(_ end: End, lines: [Line] = [], values: CapturedGroups = [:]) {
    self.end = end
    self.lines = lines
    self.values = values
  }
}

/// Values by group and key.
typealias CapturedGroups = [String: [String: String]]

/// How flow control ends a workflow.
enum FlowHalt: Sendable, Hashable {
  case succeeded
  case failed
  case custom(status: String)
}

/// Why a step failed, as `${result.*}` tells a handler.
struct StepFailure: Error, Sendable, Hashable {
  /// A code such as `NonZeroResultCode`.
  var reason: String
  /// For people.
  var message: String
  var exitCode: Int32?
  /// The nodes that failed, where a node step's failure is told to a workflow step.
  var failedNodes: [String] = []

  init(_ reason: String, _ message: String, exitCode: Int32? = nil, failedNodes: [String] = []) {
    self.reason = reason
    self.message = message
    self.exitCode = exitCode
    self.failedNodes = failedNodes
  }

  /// What a stored state tells of a failure: `NonZeroResultCode: Result code was 1`.
  init(reason text: String, exitCode: Int32?) {
    let words = text.split(separator: ":", maxSplits: 1)
    let code = words.first.map(String.init) ?? ""
    let isCode =
      words.count == 2 && !code.isEmpty && code.allSatisfy { $0.isASCII && $0.isLetter }
    self.init(
      isCode ? code : "Failed", isCode ? String(words[1].drop(while: { $0 == " " })) : text,
      exitCode: exitCode)
  }

  /// A node step's failure on several nodes as its handler sees it that runs once in the workflow.
  init(onNodes nodes: [String]) {
    self.init(
      "NodeDispatchFailure",
      "Execution failed on the following \(nodes.count) nodes: [\(nodes.joined(separator: ", "))]",
      failedNodes: nodes)
  }

  /// As `step_state.reason` and a `Failed: ` line have it.
  var text: String { "\(reason): \(message)" }
}
