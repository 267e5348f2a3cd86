import Model
import Store
import Synchronization

/// The definitions of jobs that fired lately, so that a job that runs every second is not read and decoded
/// every second. A definition counts only while the store's stamp is the one that it was read with.
final class DefinitionCache: Sendable {
  /// How many are kept; when there are more, all are forgotten.
  private static let limit = 20_000

  private let kept = Mutex<[JobID: StampedDefinition]>([:])

  /// Those of the definitions that are as new as these stamps.
  func current(_ stamps: [JobID: FireFacts.Stamp]) -> [JobID: StampedDefinition] {
    kept.withLock { kept in
      var found: [JobID: StampedDefinition] = [:]
      for (id, stamp) in stamps {
        if let known = kept[id], known.updatedAt == stamp.updatedAt { found[id] = known }
      }
      return found
    }
  }

  func keep(_ new: [JobID: StampedDefinition]) {
    kept.withLock { kept in
      if kept.count + new.count > Self.limit { kept = [:] }
      kept.merge(new) { _, newer in newer }
    }
  }
}
