import Database
public import Model

extension Store {
  /// How long a hand-over waits for one lock before it gives up with a retryable conflict.
  static let handoverPatience = Duration.seconds(3)

  /// Ends the term of a member that has not said for `deadFor` that it is alive, and gives what it owned to
  /// others, in one transaction; nil when the term is not dead (any more) or was fenced already.
  ///
  /// Before that the sessions of the dead member's process are ended, so that nothing it left open holds a
  /// lock. Members in the plan whose term has ended, or who left or drain, get nothing. There is no time at which
  /// a fenced member owns anything: what it commits in its term's name comes before the fence and is handed
  /// over, or finds the term ended. Members hear `membersChanged`, `schedulesChanged([])` and
  /// `executionsHanded`.
  ///
  /// Throws `StoreError.staleTerm` when `by` has ended itself, and a retryable error when somebody else holds a
  /// lock for too long, or when all are gone whom the plan named for executions or for a project's schedules:
  /// then nothing was done.
  public func fence(
    _ dead: Term, deadFor: Duration, plan: HandoverPlan, by term: Term
  ) async throws -> FenceResult? {
    try await endSessions(of: dead, silentFor: deadFor)
    return try await transaction { scope in
      let handover = Handover(scope: scope, from: dead, by: term, plan: plan, kind: .death(deadFor))
      return try await handover.run()
    }
  }

  /// Gives what a member owns to others while it lives: the last thing before it leaves. Executions for
  /// which the plan has nobody stay with it; schedules for which it has nobody lose their owner. When all are
  /// gone whom the plan named for executions, or for some project's schedules, those stay with it too.
  ///
  /// Throws `StoreError.staleTerm` when the term has ended.
  public func handOver(from term: Term, plan: HandoverPlan) async throws -> HandoverResult {
    let result = try await transaction { scope in
      try await Handover(scope: scope, from: term, by: term, plan: plan, kind: .departure).run()
    }
    guard let result else { throw StoreError.staleTerm(subject: "the hand-over", term: term) }
    return result
  }

  /// Ends all sessions of a member's process if its term is as silent as that, by the database's clock.
  private func endSessions(of dead: Term, silentFor: Duration) async throws(StoreError) {
    let names = """
      SELECT session FROM member
      WHERE uuid = $1 AND incarnation = $2 AND fenced_at IS NULL AND session <> ''
        AND heartbeat_at <= \(database.dialect.now) - $3
      """
    let arguments = dead.arguments + [.integer(silentFor.microseconds)]
    guard let end = database.dialect.endSessions(namedBy: names, arguments) else { return }
    try await ask.run(end.sql, end.arguments)
  }
}
