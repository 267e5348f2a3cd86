public import Model
public import Store

extension ExecutionConductor {
  public nonisolated func waitUntilEnded(_ id: ExecutionID) async throws -> ExecutionRecord? {
    var isKnown = false
    while true {
      // Heard from here on; what happened before is in the store.
      let ending = endings.ending(of: id)
      let changes = carries(id) ? nil : log.changes(of: id)
      switch await look(at: id) {
      case .success(let record?) where !record.status.isFinal: isKnown = true
      case .success(let record): return record
      // A store that is away for a while ends nobody's waiting.
      case .failure(let error) where !(isKnown && error.isRetryable): throw error
      case .failure: break
      }
      await Self.any(of: ending, changes)
      try Task.checkCancellation()
    }
  }

  private nonisolated func look(
    at id: ExecutionID
  ) async -> Result<ExecutionRecord?, StoreError> {
    do throws(StoreError) {
      return .success(try await store.ask.executions.find(id))
    } catch {
      return .failure(error)
    }
  }

  /// Waits for the first of both to say something, and not longer than the interval of the poll that
  /// finds what nobody heard of.
  private static func any(of ending: AsyncStream<Void>, _ changes: AsyncStream<Void>?) async {
    await withDiscardingTaskGroup { group in
      let (news, found) = AsyncStream<Void>.makeStream()
      group.addTask {
        for await _ in ending {}
        found.finish()
      }
      group.addTask {
        try? await Task.sleep(for: endPoll)
        found.finish()
      }
      if let changes {
        group.addTask {
          for await _ in changes { break }
          // Output comes in bursts, and an end after most of them.
          try? await Task.sleep(for: burst)
          found.finish()
        }
      }
      for await _ in news {}
      group.cancelAll()
    }
  }

  private static let endPoll = Duration.seconds(2)
  private static let burst = Duration.milliseconds(20)
}
