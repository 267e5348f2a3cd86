public import Model
import Store

extension LogStorageService {
  /// Deletes the stored logs of executions that are about to be deleted, and everything that is known about them; nobody
  /// stores them any more.
  ///
  /// Answers those whose objects could not be deleted now. They need not be kept for that: what is known about their
  /// objects outlives them, and each member tries it again until it succeeds. Throws `StoreError` only.
  @discardableResult
  public func removeStored(of executions: [ExecutionID]) async throws -> [ExecutionID] {
    var gone: [Int64] = []
    var left: [ExecutionID] = []
    for record in try await store.ask.logStorage.revoke(executions) {
      do {
        try await deleteObjects(of: record)
        gone.append(record.id)
      } catch {
        if let execution = record.execution { left.append(execution) }
      }
    }
    try await store.ask.logStorage.forget(gone)
    return left
  }

  /// Deletes the objects of executions that are gone.
  func sweep() async throws {
    while true {
      let orphans = try await store.ask.logStorage.orphans(limit: 100)
      for orphan in orphans {
        try Task.checkCancellation()
        do {
          try await deleteObjects(of: orphan)
          try await store.ask.logStorage.forget([orphan.id])
        } catch let error as LogStorageError {
          try await store.ask.logStorage.postpone(
            orphan.id, error: "\(error)", pause: settings.longestPause)
        }
      }
      if orphans.count < 100 { return }
    }
  }

  private func deleteObjects(of record: LogStorageRecord) async throws {
    try await delete(record.path, in: record.backend)
    if let stored = record.stored, stored.path != record.path || stored.backend != record.backend {
      try await delete(stored.path, in: stored.backend)
    }
  }

  private func delete(_ path: String, in name: String) async throws {
    guard let backend = backends[name] else {
      throw LogStorageError(.notConfigured, "the storage \"\(name)\" is not configured")
    }
    do {
      try await backend.delete(path)
    } catch {
      throw LogStorageError(error)
    }
  }
}
