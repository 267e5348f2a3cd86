public import Logging
import Synchronization

/// Keeps what is logged, a line each: the message and its metadata, as `name=value` in the order of the names.
public final class LogRecorder: Sendable {
  private let kept = Mutex<[String]>([])
  private let level: Logger.Level
  private let omitted: Set<String>

  /// - Parameters:
  ///   - level: from which on it keeps lines.
  ///   - omitted: metadata that it leaves out.
  public init(level: Logger.Level = .info, omitting omitted: Set<String> = []) {
    self.level = level
    self.omitted = omitted
  }

  public var lines: [String] { kept.withLock { $0 } }

  public var logger: Logger {
    Logger(label: "test") { [level] _ in Handler(recorder: self, logLevel: level) }
  }

  private struct Handler: LogHandler {
    let recorder: LogRecorder
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let all = metadata.merging(event.metadata ?? [:]) { _, own in own }
        .filter { !recorder.omitted.contains($0.key) }.sorted { $0.key < $1.key }
      let line = all.reduce("\(event.message)") { "\($0) \($1.key)=\($1.value)" }
      recorder.kept.withLock { $0.append(line) }
    }
  }
}
