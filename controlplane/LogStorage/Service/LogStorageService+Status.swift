public import Store

extension LogStorageService {
  /// The name of the backend that logs are written to; nil when they stay in the database.
  public var activeName: String? { active?.name }

  /// How many logs are stored and how many are not.
  public func counts() async throws(StoreError) -> LogStorageCounts {
    guard active != nil else {
      let counts = try await store.ask.logStorage.counts(expected: settings.expectedAttempts)
      return LogStorageCounts(
        succeeded: counts.succeeded, failed: counts.failed, queued: counts.queued, missing: 0)
    }
    return try await store.ask.logStorage.counts(expected: settings.expectedAttempts)
  }

  /// Logs that were tried and are not stored yet, and how many there are in all.
  public func incomplete(
    offset: Int64, limit: Int64
  ) async throws(StoreError) -> (logs: [IncompleteLog], total: Int64) {
    try await store.ask.logStorage.incomplete(offset: offset, limit: limit)
  }

  /// Whether a log that is incomplete counts as failed; otherwise it is queued.
  public func isFailed(_ log: IncompleteLog) -> Bool {
    log.record.error != nil && log.record.attempts >= Int64(settings.expectedAttempts)
  }

  /// Lets everything that waits for its next attempt be tried at once.
  public func resume() async throws(StoreError) { try await store.ask.logStorage.resume() }
}
