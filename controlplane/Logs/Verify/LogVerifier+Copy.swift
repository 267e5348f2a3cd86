import Model
import Store

extension LogVerifier {
  /// Bytes of a log that are read at once, and the first step over a place that cannot be read.
  private static let portion: Int64 = 4 << 20
  private static let step: Int64 = 256 << 10

  /// Checks the part of the log that only the stored copy has.
  func readCopy(
    of execution: ExecutionID, until end: Int64, _ audit: inout LogAudit
  ) async throws(LogError) {
    guard let stored else { return }
    while audit.position < end {
      let chunks: [LogChunk]
      do throws(LogError) {
        chunks = try await stored.chunks(
          of: execution, from: audit.position, bytes: Self.portion, selecting: .all)
      } catch .stored(let reason, isRetryable: false) {
        try await skip(of: execution, until: end, because: reason, &audit)
        continue
      }
      // What begins earlier was read before a place that could not be.
      let next = chunks.filter { $0.position >= audit.position }
      if next.isEmpty { return }
      for chunk in next where chunk.end <= end { audit.take(stored: chunk) }
      if next.contains(where: { $0.end > end }) { return }
    }
  }

  /// Takes what can be read before the place that cannot, and notes that place as exactly as the copy's parts allow.
  private func skip(
    of execution: ExecutionID, until end: Int64, because reason: String, _ audit: inout LogAudit
  ) async throws(LogError) {
    let from = audit.position
    if let part = try await part(of: execution, at: from), let last = part.last {
      for chunk in part where chunk.position >= from && chunk.end <= end {
        audit.take(stored: chunk)
      }
      if last.end > from { return }
    }
    let next = try await readable(of: execution, after: from, until: end)
    audit.take(unreadable: from..<next, because: reason)
  }

  /// The first position behind `from` that can be read, found in steps that grow; `end` when there is none.
  private func readable(
    of execution: ExecutionID, after from: Int64, until end: Int64
  ) async throws(LogError) -> Int64 {
    var (broken, probe, step) = (from, from + Self.step, Self.step)
    while probe < end, try await part(of: execution, at: probe) == nil {
      (broken, step) = (probe, step * 2)
      probe += step
    }
    var good = min(probe, end)
    while good - broken > 1 {
      let middle = broken + (good - broken) / 2
      if try await part(of: execution, at: middle) == nil {
        broken = middle
      } else {
        good = middle
      }
    }
    return good
  }

  /// The smallest part of the copy that holds a position; nil when it cannot be read.
  private func part(
    of execution: ExecutionID, at position: Int64
  ) async throws(LogError) -> [LogChunk]? {
    do throws(LogError) {
      return try await stored?.chunks(of: execution, from: position, bytes: 1, selecting: .all)
    } catch .stored(_, isRetryable: false) {
      return nil
    }
  }
}
