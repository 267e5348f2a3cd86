import Model
import Store
import Synchronization

/// Something that the conductor has to decide upon.
enum ConductorInput: Sendable {
  case launch(PreparedRun, Answer<ExecutionRecord, LaunchError>)
  case abort(ExecutionID, user: String, Answer<AbortAnswer.State, AbortError>)
  /// As `abort`, but ends the execution as incomplete at once.
  case endIncomplete(ExecutionID, user: String, Answer<AbortAnswer.State, AbortError>)
  case event(AssignmentEvent)
  /// Which of these agents are away.
  case absences([AgentID: AgentWatch.Absence], among: Set<AgentID>)
  /// This member could not push an assignment: its agent is not connected.
  case unreached(AssignmentID, ExecutionID)
  /// The time for an agent to connect is over.
  case waitOver(AssignmentID, ExecutionID)
}

/// What waits for the next group commit. Anybody puts, the conductor takes everything at once.
final class ConductorInbox: Sendable {
  private struct State {
    var waiting: [ConductorInput] = []
    var isClosed = false
  }

  private let state = Mutex(State())
  private let wake: AsyncStream<Void>.Continuation
  /// An element after something was put; several puts may give one element.
  let arrivals: AsyncStream<Void>

  init() {
    (arrivals, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// False when the inbox is closed: then nobody will look at the inputs.
  func put(_ inputs: [ConductorInput]) -> Bool {
    let isOpen = state.withLock { state in
      if !state.isClosed { state.waiting.append(contentsOf: inputs) }
      return !state.isClosed
    }
    if isOpen, !inputs.isEmpty { wake.yield() }
    return isOpen
  }

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

/// An answer that somebody waits for. The first one given counts.
final class Answer<Value: Sendable, Failure: Error>: Sendable {
  private enum State {
    case open
    case awaited(CheckedContinuation<Result<Value, Failure>, Never>)
    case given(Result<Value, Failure>)
  }

  private let state = Mutex(State.open)

  /// Whether an answer was given already.
  var isGiven: Bool {
    state.withLock { if case .given = $0 { true } else { false } }
  }

  /// Gives the answer, unless one was given before.
  func give(_ result: Result<Value, Failure>) {
    let waiter = state.withLock { state -> CheckedContinuation<Result<Value, Failure>, Never>? in
      defer { if case .given = state {} else { state = .given(result) } }
      if case .awaited(let waiter) = state { return waiter }
      return nil
    }
    waiter?.resume(returning: result)
  }

  /// Waits for the answer; `late` is the answer when none comes within `limit`.
  func wait(
    within limit: Duration, on clock: any Clock<Duration>, late: Failure
  ) async throws(Failure) -> Value {
    let timer = Task {
      guard (try? await clock.sleep(for: limit)) != nil else { return }
      give(.failure(late))
    }
    defer { timer.cancel() }
    return try await withCheckedContinuation { waiter in resume(waiter) }.get()
  }

  private func resume(_ waiter: CheckedContinuation<Result<Value, Failure>, Never>) {
    let given = state.withLock { state -> Result<Value, Failure>? in
      if case .given(let result) = state { return result }
      state = .awaited(waiter)
      return nil
    }
    if let given { waiter.resume(returning: given) }
  }
}
