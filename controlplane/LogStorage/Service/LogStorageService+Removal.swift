import Logging
public import Model
public import Store

extension LogStorageService: StoredLogRemoval {
  /// Deletes the stored logs of executions that are about to be deleted, and everything that is known about them; nobody
  /// stores them any more.
  ///
  /// An object that cannot be deleted now keeps no execution from being deleted: what is known about it outlives the
  /// execution, and members try it again until it succeeds. Throws `StoreError` only.
  public func removeStored(of executions: [ExecutionID]) async throws {
    var gone: [Int64] = []
    for record in try await store.ask.logStorage.revoke(executions) {
      do {
        try await deleteObjects(of: record)
        gone.append(record.id)
      } catch {
        logger.warning(
          "A stored log is to be deleted later",
          metadata: ["path": "\(record.path)", "error": "\(error)"])
      }
    }
    try await store.ask.logStorage.forget(gone)
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
