public import Model
public import Store

/// Proves that a log is what was stored, or names exactly what is missing or damaged.
///
/// It checks that the chunks follow each other without a gap, that each has the bytes that its digest is of, that
/// their chain is unbroken up to the log's head, and that they hold all that arrived of each assignment's spool. What
/// the store has given up is read from the stored copy. Nothing is written, and memory does not grow with the log.
public struct LogVerifier: Sendable {
  private let store: Store
  let stored: (any LogSource)?

  /// - Parameter stored: where the copies of logs are whose chunks the store may have given up.
  public init(store: Store, stored: (any LogSource)? = nil) {
    self.store = store
    self.stored = stored
  }

  /// Checks the log of an execution; that of one that runs as far as it is when the check begins.
  public func verify(_ execution: ExecutionID) async throws(LogError) -> LogVerdict {
    // The claims first: what arrives afterwards is more than they claim.
    let claims = try await ask { scope throws(StoreError) in try await scope.claims(of: execution) }
    let head = try await ask { scope throws(StoreError) in try await scope.head(of: execution) }
    var audit = LogAudit()
    let released = head?.released ?? 0
    if released > 0 {
      try await readCopy(of: execution, until: released, &audit)
      audit.finishStored(isChained: head?.chain != nil)
    }
    let end = head?.size ?? 0
    var next = released
    reading: while true {
      let from = next
      let links = try await ask { scope throws(StoreError) in
        try await scope.links(of: execution, from: from)
      }
      guard let last = links.last else { break }
      for link in links {
        // What was appended since the head was read.
        if link.chunk.position >= end && head != nil { break reading }
        audit.take(link)
      }
      next = last.chunk.position + 1
    }
    audit.finish(head)
    if released == 0 { for claim in claims { audit.check(claim) } }
    return LogVerdict(
      execution: execution, size: end, lines: head?.lines ?? 0, chain: head?.chain,
      storedSize: released, isChained: audit.isChained, faults: audit.faults)
  }

  private func ask<Answer: Sendable>(
    _ question: (LogChunkStore) async throws(StoreError) -> Answer
  ) async throws(LogError) -> Answer {
    do throws(StoreError) {
      return try await question(store.ask.logs)
    } catch {
      throw .store(error)
    }
  }
}
