public import Model
public import Store

/// Where the control plane's own lines of an execution's output go.
public protocol ExecutionLog: Sendable {
  /// The writes that append the lines in their order. They are committed in one transaction with the
  /// transitions that caused the lines, after a lock on each execution's row.
  func writes(for lines: [ExecutionLogLine]) throws -> [ExecutionWrite]

  /// Told after the commit, so that whoever follows the output looks again. `ended` are those whose
  /// output is complete.
  func committed(grown: Set<ExecutionID>, ended: Set<ExecutionID>)

  /// An element whenever `committed` was told of the execution, on any member; never one where nobody
  /// can know.
  func changes(of execution: ExecutionID) -> AsyncStream<Void>
}

extension ExecutionLog {
  public func changes(of execution: ExecutionID) -> AsyncStream<Void> { AsyncStream { _ in } }
}

/// One line of the control plane's own in an execution's output.
public struct ExecutionLogLine: Sendable, Hashable {
  /// Rundeck's log levels, in the order of the spool's `server` frame.
  public enum Level: UInt8, Sendable, Hashable {
    case error = 0
    case warn = 1
    case normal = 2
    case verbose = 3
    case debug = 4
  }

  public let execution: ExecutionID
  /// The step that the line is about; nil for the execution as a whole.
  public let key: StepKey?
  public let level: Level
  public let at: Instant
  public let text: String

  public init(
    execution: ExecutionID, key: StepKey?, level: Level, at instant: Instant, text: String
  ) {
    self.execution = execution
    self.key = key
    self.level = level
    at = instant
    self.text = text
  }
}

/// A log for control planes and tests that keep no output.
public struct NoExecutionLog: ExecutionLog {
  public init() {}
  public func writes(for lines: [ExecutionLogLine]) -> [ExecutionWrite] { [] }
  public func committed(grown: Set<ExecutionID>, ended: Set<ExecutionID>) {}
}
