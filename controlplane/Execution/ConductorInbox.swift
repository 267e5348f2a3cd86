import Model
import Store
import Synchronization

/// Something that the conductor has to decide upon.
enum ConductorInput: Sendable {
  case launch(PreparedRun, LaunchAnswer)
  case abort(ExecutionID, user: String, Answer<AbortAnswer.State, AbortError>)
  /// As `abort`, but ends the execution as incomplete at once.
  case endIncomplete(ExecutionID, user: String, Answer<AbortAnswer.State, AbortError>)
  case event(AssignmentEvent)
  /// The output of a step that has ended was looked through.
  case captured(CaptureTask, StepCapture.Result)
  /// A step of the member's own was carried out.
  case member(MemberTask, MemberStepResult)
  /// A job reference was looked up and planned.
  case referenced(ReferenceTask, ReferenceAnswer)
  /// The time that their jobs allow is over.
  case timeOver([ExecutionID])
  /// Which of these agents are away.
  case absences([AgentID: AgentWatch.Absence], among: Set<AgentID>)
  /// This member could not push an assignment: its agent is not connected.
  case unreached(AssignmentID, ExecutionID)
  /// The time for an agent to connect is over.
  case waitOver(AssignmentID, ExecutionID)
  /// An execution that another member left to this one is planned and may be claimed.
  case claim(PlannedClaim)
  /// The time of an execution that was launched for later has come, and it is decided what becomes of it.
  case due(ExecutionID, DueTurn)
  /// The store may have given this member something.
  case takeUp
  /// Everything is to be given away.
  case handOver(Answer<Void, Never>)

  var isTakingUp: Bool { if case .takeUp = self { true } else { false } }
  var isLaunch: Bool { if case .launch = self { true } else { false } }
}

/// What waits for the next group commit. Anybody puts, the conductor takes everything at once.
final class ConductorInbox: Sendable {
  private struct State {
    var waiting: [ConductorInput] = []
    var isClosed = false
    var wake: AsyncStream<Void>.Continuation?
  }

  private let state = Mutex(State())

  /// An element after something was put, and one at once; several puts may give one element. There is
  /// one reader at a time: a new stream ends the one before.
  func arrivals() -> AsyncStream<Void> {
    let (stream, wake) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    let former = state.withLock { state in
      defer { state.wake = wake }
      return state.wake
    }
    former?.finish()
    wake.yield()
    return stream
  }

  /// Gives the reader an element although nothing was put.
  func wakeReader() { state.withLock { $0.wake }?.yield() }

  /// False when the inbox is closed: then nobody will look at the inputs.
  func put(_ inputs: [ConductorInput]) -> Bool {
    let (isOpen, wake) = state.withLock { state in
      if !state.isClosed { state.waiting.append(contentsOf: inputs) }
      return (!state.isClosed, state.wake)
    }
    if isOpen, !inputs.isEmpty { wake?.yield() }
    return isOpen
  }

  /// Whether something was put and not taken.
  var isWaiting: Bool { state.withLock { !$0.waiting.isEmpty } }

  /// Everything that was put since the last call, in its order.
  func takeAll() -> [ConductorInput] {
    state.withLock { state in
      defer { state.waiting = [] }
      return state.waiting
    }
  }

  /// Takes nothing any more, and answers what was put and not taken.
  func close() -> [ConductorInput] {
    state.withLock { state in
      defer { state.waiting = [] }
      state.isClosed = true
      return state.waiting
    }
  }
}
