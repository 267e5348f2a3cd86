import Model
import Spool
import Store

/// Splits chunks into entries until a limit is reached. Pure.
struct LogPageBuilder {
  private(set) var entries: [LogEntry] = []
  /// Where to read on.
  private(set) var position: Int64
  private var bytes = 0
  private var skip: Int64
  private let limit: LogLimit

  /// - Parameter skip: how many entries to leave out first.
  init(from position: Int64, limit: LogLimit, skip: Int64 = 0) {
    self.position = position
    self.limit = limit
    self.skip = skip
  }

  /// Whether no entry fits any more.
  var isFull: Bool { entries.count >= limit.entries || bytes >= limit.bytes }

  /// Passes over what nobody asked for.
  mutating func skipTo(_ position: Int64) { self.position = max(self.position, position) }

  /// Takes what the chunk holds from `position` on. Frames without output are passed over even when
  /// the page is full, so that a reader of the last line knows that it was the last.
  mutating func take(_ chunk: LogChunk) throws(LogError) {
    position = max(position, chunk.position)
    do throws(SpoolError) {
      var reader = FrameReader(chunk.data)
      while let frame = try reader.next() {
        let end = chunk.position + Int64(reader.consumed)
        guard end > position else { continue }
        if let remark = frame.remark {
          guard take(remark, of: frame, in: chunk, end: end) else { return }
        }
        if frame.kind.isOutput && !frame.payload.isEmpty {
          guard takeLines(of: frame, in: chunk, end: end) else { return }
        }
        position = end
      }
      position = chunk.end
    } catch {
      throw .corrupt(position: chunk.position, cause: error)
    }
  }

  /// Takes what stands for a frame that prints nothing; false when it does not fit.
  private mutating func take(
    _ remark: [UInt8], of frame: Frame, in chunk: LogChunk, end: Int64
  ) -> Bool {
    if isFull { return false }
    if skip > 0 {
      skip -= 1
      return true
    }
    entries.append(
      LogEntry(
        time: Instant(microseconds: frame.time), source: frame.source, level: frame.level,
        step: chunk.step, node: chunk.node, bytes: remark, continues: false, position: position,
        nextPosition: end))
    bytes += remark.count + 1
    return true
  }

  /// Returns whether the whole frame was taken.
  private mutating func takeLines(of frame: Frame, in chunk: LogChunk, end: Int64) -> Bool {
    let payloadStart = end - Int64(frame.payload.count)
    let reached = Int(max(position - payloadStart, 0))
    var rest = frame.payload.dropFirst(reached)
    while !rest.isEmpty {
      if isFull { return false }
      let newline = rest.firstIndex(of: UInt8(ascii: "\n"))
      let line = rest[..<(newline ?? rest.endIndex)]
      let next = newline.map { $0 + 1 } ?? rest.endIndex
      let start = position
      rest = rest[next...]
      position = end - Int64(rest.count)
      if skip > 0 {
        skip -= 1
        continue
      }
      let continues = newline == nil && frame.flags.contains(.continues) && frame.isStepOutput
      entries.append(
        LogEntry(
          time: Instant(microseconds: frame.time), source: frame.source, level: frame.level,
          step: chunk.step, node: chunk.node, bytes: Array(line), continues: continues,
          position: start, nextPosition: position))
      bytes += line.count + 1
    }
    return true
  }
}

extension Frame {
  /// Whether its flags are `FrameFlags` and its payload is what a process printed.
  var isStepOutput: Bool { kind == .stdout || kind == .stderr }

  var source: LogOrigin {
    switch kind {
    case .stdout: .standardOutput
    case .stderr: .standardError
    case .server: .server
    case .notice, .accepted, .started, .ended, .lost, .notStarted, .unconfirmed, .dropped:
      .supervisor
    }
  }

  var level: LogLevel {
    switch kind {
    case .stderr: .error
    case .notice, .dropped: .warning
    case .server: ServerLineLevel(rawValue: flags.rawValue).map(LogLevel.init) ?? .normal
    case .stdout, .accepted, .started, .ended, .lost, .notStarted, .unconfirmed: .normal
    }
  }
}

extension LogLevel {
  init(_ level: ServerLineLevel) {
    switch level {
    case .error: self = .error
    case .warning: self = .warning
    case .normal: self = .normal
    case .verbose: self = .verbose
    case .debug: self = .debug
    }
  }

  var serverLevel: ServerLineLevel {
    switch self {
    case .error: .error
    case .warning: .warning
    case .normal: .normal
    case .verbose: .verbose
    case .debug: .debug
    }
  }
}
