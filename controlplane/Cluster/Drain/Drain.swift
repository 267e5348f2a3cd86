public import Logging
import Model
public import Store

/// Lets a member leave without missing a fire or ending an execution: it marks itself as draining, stops firing, stops
/// carrying, gives what it owns to the active members in one transaction, and ends its term.
///
/// Asked again while it drains, it answers what the first one does; asked again afterwards, it answers the same.
public actor Drain {
  nonisolated let store: Store
  nonisolated let terms: CurrentTerm
  nonisolated let databaseTime: DatabaseTime
  nonisolated let timing: ClusterTiming
  nonisolated let time: MonotonicTime
  nonisolated let steps: DrainSteps
  nonisolated let session: MemberSession?
  nonisolated let logger: Logger
  private var running: Task<DrainResult, any Error>?

  public init(
    store: Store, terms: CurrentTerm, databaseTime: DatabaseTime, timing: ClusterTiming,
    time: MonotonicTime, steps: DrainSteps, session: MemberSession? = nil, logger: Logger
  ) {
    self.store = store
    self.terms = terms
    self.databaseTime = databaseTime
    self.timing = timing
    self.time = time
    self.steps = steps
    self.session = session
    self.logger = logger
  }

  /// Drains within `limit`, because of `cause` ("somebody asked for it", for people). Throws `DrainError`; then the
  /// member goes on.
  ///
  /// The limit holds until the hand-over begins, which is never given up half done.
  @discardableResult
  public func run(within limit: Duration, cause: String) async throws -> DrainResult {
    let task = running ?? Task { try await self.drain(within: limit, cause) }
    running = task
    do {
      return try await task.value
    } catch {
      if running == task { running = nil }
      throw error
    }
  }

  private nonisolated func drain(within limit: Duration, _ cause: String) async throws
    -> DrainResult
  {
    guard let term = terms.held else { throw DrainError.noTerm(terms.last) }
    let deadline = time.now + limit
    do {
      let survivors = try await prepare(term, until: deadline, limit, cause)
      return try await leave(term, survivors)
    } catch {
      await giveUp(term, error)
      throw error
    }
  }

  /// Everything that can be given up: answers who gets what.
  private nonisolated func prepare(
    _ term: Term, until deadline: Duration, _ limit: Duration, _ cause: String
  ) async throws -> [MemberStanding] {
    try await step("marking the member", deadline, limit) { try await self.mark(term, cause) }
    try await step("stopping the scheduler", deadline, limit) { try await self.steps.stopFiring() }
    let survivors = try await step("looking at the members", deadline, limit) {
      try await self.survivors(of: term)
    }
    try await step("waiting for executions", deadline, limit) {
      try await self.steps.stopCarrying(!survivors.isEmpty)
    }
    return survivors
  }

  private nonisolated func step<Answer: Sendable>(
    _ name: String, _ deadline: Duration, _ limit: Duration,
    _ body: @escaping @Sendable () async throws -> Answer
  ) async throws -> Answer {
    try await withThrowingTaskGroup { group in
      group.addTask {
        do { return try await body() } catch { throw DrainError.failed(step: name, error) }
      }
      group.addTask { [time] in
        try await time.sleep(until: deadline)
        throw DrainError.timedOut(step: name, limit: limit)
      }
      defer { group.cancelAll() }
      guard let answer = try await group.next() else { throw CancellationError() }
      return answer
    }
  }
}
