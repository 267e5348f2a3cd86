import Cluster
import Logging
import Model
import Store

extension LogStorageService {
  /// One attempt to store an ended log.
  func store(_ candidate: LogStorageCandidate, _ backend: any LogStorageBackend) async {
    let key = settings.path.name(
      for: candidate, copy: candidate.generation, isCompressed: settings.isCompressed)
    guard let claim = await claim(candidate, key, backend, isPartial: false) else { return }
    do {
      let stored = try await whileClaimed(claim) {
        await self.forgetFormer(candidate, key)
        try await backend.cleanUp(key)
        let result = try await self.write(candidate, key, claim, backend, isPartial: false)
        try await ArchiveVerifier(
          store: self.store, backend: backend, key: key, claim: claim,
          isCompressed: self.settings.isCompressed
        ).verify(result, size: candidate.size, chain: candidate.chain)
        return StoredLog(
          backend: backend.name, path: key, claim: claim.number,
          isCompressed: self.settings.isCompressed, size: candidate.size, lines: result.lines,
          lastModified: candidate.lastModified, objectSize: result.objectSize,
          digest: result.digest, chain: candidate.chain)
      }
      guard try await store.ask.logStorage.verified(claim, as: stored) else {
        throw LogStorageError(.claimLost, "the claim ran out or the execution is gone")
      }
      logger.debug("A log was stored", metadata: metadata(candidate, key))
    } catch {
      await giveUp(claim, candidate, key, backend, LogStorageError(error))
    }
  }

  /// The right to write, nil when somebody else has it.
  func claim(
    _ candidate: LogStorageCandidate, _ key: String, _ backend: any LogStorageBackend,
    isPartial: Bool
  ) async -> LogStorageClaim? {
    guard let term = terms.held else { return nil }
    do {
      return try await store.ask.logStorage.claim(
        LogStorageWish(
          execution: candidate.execution, backend: backend.name, path: key,
          generation: candidate.generation, isPartial: isPartial), by: term, for: settings.claim)
    } catch {
      logger.warning("A log was not claimed", metadata: metadata(candidate, key, error))
      return nil
    }
  }

  func write(
    _ candidate: LogStorageCandidate, _ key: String, _ claim: LogStorageClaim,
    _ backend: any LogStorageBackend, isPartial: Bool
  ) async throws -> ArchiveProducer.Result {
    let (store, hold) = (store, settings.claim)
    let producer = ArchiveProducer(
      source: ArchiveSource(
        store: store, execution: candidate.execution, released: candidate.released,
        end: candidate.size, copies: copies),
      encoder: try ArchiveEncoder(user: candidate.user, level: settings.compressionLevel),
      isPartial: isPartial
    ) { segments in
      // A copy of a running log needs no index. The claim is looked at all the same, last of all before the object
      // gets its name.
      let isHeld =
        isPartial || segments.isEmpty
        ? try await store.ask.logStorage.renew(claim, for: hold)
        : try await store.ask.logStorage.add(segments, of: claim)
      if !isHeld { throw LogStorageError(.claimLost, "somebody else writes this log") }
    }
    try await backend.put(
      key, token: "\(claim.id)-\(claim.number)", facts: facts(candidate),
      next: { try await producer.next() })
    guard let result = await producer.result else {
      throw LogStorageError(.damaged, "\(backend.name) stored \(key) without asking for its end")
    }
    return result
  }

  /// What Rundeck's plugins keep beside an object.
  private func facts(_ candidate: LogStorageCandidate) -> [String: String] {
    [
      "rundeck.execid": "\(candidate.execution.number)", "rundeck.project": candidate.project,
      "rundeck.username": candidate.user,
    ]
  }

  /// Deletes what an attempt under another name left behind.
  private func forgetFormer(_ candidate: LogStorageCandidate, _ key: String) async {
    guard let former = candidate.attempted, former.path != key,
      former.path != candidate.storedPath
    else { return }
    try? await backends[former.backend]?.delete(former.path)
  }

  /// Renews the claim while `body` works, and cancels `body` when it is lost.
  func whileClaimed<Answer: Sendable>(
    _ claim: LogStorageClaim, _ body: @escaping @Sendable () async throws -> Answer
  ) async throws -> Answer {
    try await withThrowingTaskGroup(of: Answer?.self) { group in
      group.addTask { try await body() }
      group.addTask {
        try await self.renewing(claim)
        return nil
      }
      defer { group.cancelAll() }
      while let answer = try await group.next() {
        if let answer { return answer }
      }
      throw LogStorageError(.cancelled, "nobody answered")
    }
  }

  /// Ends with an error when the claim is lost. A store that is away is asked again: whoever writes needs it too.
  private func renewing(_ claim: LogStorageClaim) async throws {
    while true {
      try await clock.sleep(for: settings.claim / 4)
      let isHeld = try? await store.ask.logStorage.renew(claim, for: settings.claim)
      if isHeld == false { throw LogStorageError(.claimLost, "somebody else writes this log") }
    }
  }

  /// Writes down why an attempt failed. The work of a claim that was lost is removed, unless somebody else means the same
  /// object.
  func giveUp(
    _ claim: LogStorageClaim, _ candidate: LogStorageCandidate, _ key: String,
    _ backend: any LogStorageBackend, _ error: LogStorageError
  ) async {
    // A task of its own, because this one may be cancelled.
    _ = await Task {
      if error.code == .claimLost {
        let record = try await self.store.ask.logStorage.record(id: claim.id)
        if record?.execution == nil { try await backend.delete(key) }
      } else if error.code == .cancelled {
        try await self.store.ask.logStorage.release(claim)
      } else {
        let pause = self.settings.pause(after: claim.attempt)
        self.logger.warning("A log was not stored", metadata: self.metadata(candidate, key, error))
        try await self.store.ask.logStorage.failed(claim, error: "\(error)", pause: pause)
      }
      // When this fails too, the claim runs out by itself.
    }.result
  }

  func metadata(
    _ candidate: LogStorageCandidate, _ key: String, _ error: (any Error)? = nil
  ) -> Logger.Metadata {
    var metadata: Logger.Metadata = [
      "execution": "\(candidate.execution.number)", "path": "\(key)",
    ]
    if let error { metadata["error"] = "\(error)" }
    return metadata
  }
}
