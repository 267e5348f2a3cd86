import Cluster
import Model
import Store

extension LogStorageService {
  /// Whether a running log's copy is to be written now.
  func isCheckpointDue(_ candidate: LogStorageCandidate) -> Bool {
    guard let checkpoints = settings.checkpoints, let start = candidate.startedAt else {
      return false
    }
    let age = Duration.microseconds(candidate.askedAt.microseconds - start.microseconds)
    let growth = candidate.size - candidate.copied
    return age >= checkpoints.minimum && candidate.size >= checkpoints.minimumSize
      && growth >= max(candidate.copied == 0 ? 1 : checkpoints.increment, 1)
  }

  /// One attempt to write a running log as it is now. Nothing is deleted and no reader is led there.
  func copy(_ candidate: LogStorageCandidate, _ backend: any LogStorageBackend) async {
    let key = settings.path.name(
      for: candidate, copy: candidate.generation, isCompressed: settings.isCompressed)
    guard let claim = await claim(candidate, key, backend, isPartial: true) else { return }
    do {
      let begin = clock.now
      _ = try await whileClaimed(claim) {
        try await backend.cleanUp(key)
        return try await self.write(candidate, key, claim, backend, isPartial: true)
      }
      let pause = max(settings.checkpoints?.interval ?? .zero, (clock.now - begin) * 20)
      try await store.ask.logStorage.copied(claim, bytes: candidate.size, pause: pause)
    } catch {
      await giveUp(claim, candidate, key, backend, LogStorageError(error))
    }
  }
}
