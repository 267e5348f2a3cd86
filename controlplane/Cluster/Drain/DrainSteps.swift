public import Model

/// What a drain asks of the rest of the member, in the order in which it asks.
public struct DrainSteps: Sendable {
  /// Ends the firing of schedules: when it returns, nothing is fired any more and what was is written.
  public var stopFiring: @Sendable () async throws -> Void
  /// Gives up carrying: no execution is begun or claimed any more, and when it returns every transition is written, so
  /// that another member can go on with each. `isHandedOver` is false when no other member is there: then it returns
  /// when what runs here has ended.
  public var stopCarrying: @Sendable (_ isHandedOver: Bool) async throws -> Void
  /// Takes everything up again, because the drain was given up.
  public var resume: @Sendable () async -> Void

  public init(
    stopFiring: @escaping @Sendable () async throws -> Void,
    stopCarrying: @escaping @Sendable (_ isHandedOver: Bool) async throws -> Void,
    resume: @escaping @Sendable () async -> Void
  ) {
    self.stopFiring = stopFiring
    self.stopCarrying = stopCarrying
    self.resume = resume
  }
}

/// What became of a drain.
public struct DrainResult: Sendable, Hashable {
  /// The term that was ended.
  public let term: Term
  /// How many schedules and executions others got.
  public let schedules: Int
  public let executions: Int
}

/// Why a drain was given up. The member goes on as if it had not been asked.
public enum DrainError: Error, Sendable {
  /// The member holds no term: it has nothing that it could give away.
  case noTerm(Term)
  /// It was not done in time; `step` says what was waited for.
  case timedOut(step: String, limit: Duration)
  /// A step failed.
  case failed(step: String, any Error)
}

extension DrainError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noTerm(let term): "the member holds no term (the last was \(term)), so it cannot drain"
    case .timedOut(let step, let limit):
      "the drain was given up after \(limit): \(step) took too long"
    case .failed(let step, let error): "the drain was given up: \(step) failed: \(error)"
    }
  }
}
