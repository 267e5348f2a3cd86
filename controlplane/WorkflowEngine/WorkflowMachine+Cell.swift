public import Model

extension WorkflowMachine {
  /// Where a cell stands.
  public enum Cell: UInt8, Sendable, Hashable {
    /// Nothing has happened.
    case untouched
    case begun
    /// It failed, and its error handler runs or is to run.
    case handling
    case succeeded
    case failed
    case aborted
    /// It will not be started: a rule skips it, or the execution was aborted. That is no failure.
    case notStarted

    public var isFinal: Bool { self != .untouched && !isOpen }
    /// Whether it counts as a failure for what follows.
    public var isUnsuccessful: Bool { self == .failed || self == .aborted }

    var isOpen: Bool { self == .begun || self == .handling }
  }
}

extension WorkflowMachine.Cell {
  /// What a stored state means to the machine; nil when it says nothing about the past.
  public init?(_ state: StepState) {
    switch state {
    case .succeeded: self = .succeeded
    case .failed, .nodeMixed, .nodePartialSucceeded: self = .failed
    case .aborted: self = .aborted
    case .notStarted: self = .notStarted
    case .running: self = .begun
    case .runningHandler: self = .handling
    case .waiting: return nil
    }
  }

  /// How an assignment's outcome ends its cell. After an abort, what was killed is aborted and what
  /// never started is not started.
  public init(_ outcome: AssignmentOutcome, isAborted: Bool) {
    switch outcome {
    case .exited(0): self = .succeeded
    case .killed: self = .aborted
    case .signalled where isAborted: self = .aborted
    case .exited where isAborted: self = .aborted
    case .notStarted where isAborted: self = .notStarted
    case .exited, .signalled, .timedOut, .limitExceeded, .lost, .notStarted: self = .failed
    }
  }

  /// The state to store for it.
  public var state: StepState {
    switch self {
    case .untouched: .waiting
    case .begun: .running
    case .handling: .runningHandler
    case .succeeded: .succeeded
    case .failed: .failed
    case .aborted: .aborted
    case .notStarted: .notStarted
    }
  }
}
