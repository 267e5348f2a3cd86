public import Model
import Spool
public import Store

/// Writes the control plane's own lines into executions' logs.
public struct LogWriter: Sendable {
  private let store: Store
  private let signals: LogSignals

  public init(store: Store, signals: LogSignals) {
    self.store = store
    self.signals = signals
  }

  /// Appends one line, which may hold newlines of its own: then it is as many entries.
  ///
  /// A writer that came between is no error. Throws when there is no such execution, or when the store
  /// fails.
  public func append(
    _ line: String, level: LogLevel = .normal, to execution: ExecutionID, step: String? = nil,
    node: String? = nil, at time: Instant
  ) async throws(LogError) {
    let draft = Self.draft(line, level: level, at: time)
    do throws(StoreError) {
      for _ in 0..<50 {
        do throws(StoreError) {
          try await store.ask.logs.append(draft, to: execution, step: step, node: node)
          signals.changed([execution])
          return
        } catch  where error.isUniqueViolation {
          continue
        }
      }
      try await store.ask.logs.append(draft, to: execution, step: step, node: node)
      signals.changed([execution])
    } catch {
      throw .store(error)
    }
  }

  /// The line as a chunk, for whoever writes it in a batch of its own.
  public static func draft(_ line: String, level: LogLevel, at time: Instant) -> LogChunkDraft {
    let text = line.hasSuffix("\n") ? line : line + "\n"
    let frame = Frame.server(text, level: level.serverLevel, time: time.microseconds)
    return LogChunkDraft(
      data: frame.bytes, lines: LogLines.count(in: frame.payload),
      content: Int64(frame.payload.count))
  }
}
