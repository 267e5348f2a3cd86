public import Daemon
public import Database
import LogStorage
public import Logging
import Logs
import Model
import Store

/// Checks whether executions' logs are what was stored, for a person at a terminal. It only reads.
public struct LogVerificationRun: Sendable {
  /// Why nothing can be checked.
  public typealias Problem = LedgerAuditRun.Problem

  private let executions: [ExecutionID]
  private let project: String?
  private let since: Instant?

  /// How many executions are asked for at once.
  private static let portion: Int64 = 500

  /// A check of the executions of these numbers, or of all for none: of a project, of all for nil, and of those that
  /// ended at `since` or later or have not ended; an ISO 8601 time with its zone or milliseconds since 1970.
  public init(executions: [String], project: String?, since: String?) throws(Problem) {
    if !executions.isEmpty && (project != nil || since != nil) {
      throw Problem("Numbers of executions do not go together with --project and --since")
    }
    self.executions = try executions.map { text throws(Problem) in
      guard let number = Int64(text), number > 0 else {
        throw Problem("\(text): is not the number of an execution")
      }
      return ExecutionID(number)
    }
    self.project = project
    self.since = try LedgerAuditRun.instant(since, "--since")
  }

  /// Checks the logs in a database whose schema is this program's, and their copies where the configuration says that
  /// logs are stored. Whether all are complete.
  ///
  /// - Parameter say: takes a line or more for each execution, as soon as it is checked.
  public func verify(
    _ database: any Database, _ configuration: EffectiveConfiguration, logger: Logger,
    say: (String) -> Void
  ) async throws -> Bool {
    let store = Store(database)
    let storage = try LogStorageConfiguration(configuration).backends(logger: logger)
    let backends = (storage.active.map { [$0] } ?? []) + storage.former
    let verifier = LogVerifier(
      store: store, stored: StoredLogSource(store: store, backends: backends))
    do {
      return try await verify(store, verifier, say)
    } catch let error as StoreError where error.isRetryable {
      throw Problem("The database does not answer: \(error)", .unavailable)
    }
  }

  private func verify(
    _ store: Store, _ verifier: LogVerifier, _ say: (String) -> Void
  ) async throws -> Bool {
    if !executions.isEmpty { return try await verifyNamed(store, verifier, say) }
    if let project, try await store.ask.projects.find(project) == nil {
      throw Problem("--project \(project): there is no such project")
    }
    var areComplete = true
    var last: ExecutionID?
    while true {
      let portion = try await store.ask.logs.executions(
        of: project, endedSince: since, after: last, limit: Self.portion)
      guard !portion.isEmpty else { return areComplete }
      for id in portion where try await !isComplete(id, verifier, say) { areComplete = false }
      last = portion.last
    }
  }

  private func verifyNamed(
    _ store: Store, _ verifier: LogVerifier, _ say: (String) -> Void
  ) async throws -> Bool {
    for id in executions where try await store.ask.executions.find(id) == nil {
      throw Problem("\(id): there is no such execution")
    }
    var areComplete = true
    for id in executions where try await !isComplete(id, verifier, say) { areComplete = false }
    return areComplete
  }

  /// A log whose copy cannot be read however often it is tried is not complete.
  private func isComplete(
    _ id: ExecutionID, _ verifier: LogVerifier, _ say: (String) -> Void
  ) async throws -> Bool {
    do throws(LogError) {
      let verdict = try await verifier.verify(id)
      say(verdict.text)
      return verdict.isComplete
    } catch {
      switch error {
      case .store(let cause): throw cause
      case .stored(let reason, true):
        throw Problem("execution \(id): the log storage does not answer: \(reason)", .unavailable)
      case .stored(let reason, false):
        say("execution \(id): unreadable, the stored copy: \(reason)")
      case .corrupt(let position, let cause):
        say("execution \(id): damaged, bytes from \(position) of the log, no frames: \(cause)")
      }
      return false
    }
  }
}
