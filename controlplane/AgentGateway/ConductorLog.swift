public import Execution
public import Logs
public import Model
public import Store

/// Writes the conductor's lines as chunks of the executions' logs, and wakes their followers.
public struct ConductorLog: ExecutionLog {
  private let store: Store
  private let signals: LogSignals
  private let ended: @Sendable () -> Void

  /// - Parameter ended: told after executions have ended.
  public init(
    store: Store, signals: LogSignals, ended: @escaping @Sendable () -> Void = {}
  ) {
    self.store = store
    self.signals = signals
    self.ended = ended
  }

  public func writes(for lines: [ExecutionLogLine]) -> [ExecutionWrite] {
    lines.flatMap { line in
      LogChunkStore.append(
        LogWriter.draft(line.text, level: LogLevel(line.level), at: line.at),
        to: line.execution, step: line.key?.step, node: line.key?.node,
        dialect: store.ask.dialect
      ).map { ExecutionWrite($0) }
    }
  }

  public func committed(grown: Set<ExecutionID>, ended: Set<ExecutionID>) {
    signals.changed(grown.union(ended))
    if !ended.isEmpty { self.ended() }
  }

  public func changes(of execution: ExecutionID) -> AsyncStream<Void> {
    signals.changes(of: execution)
  }
}

extension LogLevel {
  init(_ level: ExecutionLogLine.Level) {
    switch level {
    case .error: self = .error
    case .warn: self = .warning
    case .normal: self = .normal
    case .verbose: self = .verbose
    case .debug: self = .debug
    }
  }
}
