import Execution
import Model
import Store
import Synchronization

/// Launches by writing the ledger's rows, as the conductor does, without executions.
final class LedgerLauncher: FireLaunching {
  enum Mode: Sendable {
    /// Writes and answers.
    case commits
    /// The database is away.
    case fails
    /// Writes, and the answer is lost.
    case losesAnswers
    /// Does nothing until `release`, then writes.
    case holds
    /// Refuses without writing.
    case refuses(FireReason)
  }

  private struct State {
    var mode = Mode.commits
    var fires: [DueFire] = []
    var batches: [Int] = []
    var number: Int64 = 0
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let store: Store
  private let state = Mutex(State())
  private let term: Mutex<Term>

  init(store: Store, term: Term) {
    self.store = store
    self.term = Mutex(term)
  }

  var mode: Mode {
    get { state.withLock { $0.mode } }
    set { state.withLock { $0.mode = newValue } }
  }

  /// Everything that was asked for, in its order.
  var fires: [DueFire] { state.withLock { $0.fires } }
  /// How many fires came together each time.
  var batches: [Int] { state.withLock { $0.batches } }

  func act(in term: Term) { self.term.withLock { $0 = term } }

  /// Whoever is held goes on, and nobody is held any more.
  func release() {
    let waiting = state.withLock { state in
      state.mode = .commits
      defer { state.waiting = [] }
      return state.waiting
    }
    waiting.forEach { $0.resume() }
  }

  func fire(_ fires: [DueFire]) async -> [FireAnswer] {
    let mode = state.withLock { state in
      state.fires += fires
      state.batches.append(fires.count)
      return state.mode
    }
    switch mode {
    case .commits: return await commit(fires)
    case .fails: return fires.map { _ in .unavailable("the database is away") }
    case .losesAnswers:
      _ = await commit(fires)
      return fires.map { _ in .unavailable("the answer was lost") }
    case .holds:
      await hold()
      return await commit(fires)
    case .refuses(let reason): return fires.map { _ in .refused(reason, detail: "a detail") }
    }
  }

  private func hold() async {
    await withCheckedContinuation { continuation in
      let isOver = state.withLock { state in
        guard case .holds = state.mode else { return true }
        state.waiting.append(continuation)
        return false
      }
      if isOver { continuation.resume() }
    }
  }

  private func commit(_ fires: [DueFire]) async -> [FireAnswer] {
    let rows = fires.map { fire in
      FireRow(
        job: fire.job, dueAt: fire.dueAt, version: fire.version, project: fire.project,
        outcome: .ran(nextNumber()))
    }
    do {
      let taken = try await store.ask.fires.record(rows, by: term.withLock { $0 })
      var answers: [FireAnswer] = []
      for (row, isTaken) in zip(rows, taken) {
        answers.append(isTaken ? row.answer : try await known(row))
      }
      return answers
    } catch {
      return fires.map { _ in .unavailable("\(error)") }
    }
  }

  private func known(_ row: FireRow) async throws -> FireAnswer {
    let before = Instant(microseconds: row.dueAt.microseconds - 1)
    let found = try await store.ask.fires.of(row.job, from: before, through: row.dueAt).first
    if case .ran(let execution) = found?.outcome { return .ran(execution) }
    return .stale
  }

  private func nextNumber() -> ExecutionID {
    state.withLock { state in
      state.number += 1
      return ExecutionID(state.number)
    }
  }
}

extension FireRow {
  fileprivate var answer: FireAnswer {
    if case .ran(let execution) = outcome { .ran(execution) } else { .stale }
  }
}
