import Model
import Synchronization

/// Which executions this member carries, for those who must not wait for the conductor to ask.
///
/// It follows the conductor from commit to commit. What it does not have may be carried all the same for a
/// moment, so it only ever saves work; nobody may conclude from it that an execution is another member's.
final class CarriedIndex: Sendable {
  private let ids = Mutex<Set<ExecutionID>>([])

  func contains(_ id: ExecutionID) -> Bool { ids.withLock { $0.contains(id) } }

  func insert(_ new: some Sequence<ExecutionID>) { ids.withLock { $0.formUnion(new) } }

  func remove(_ old: some Sequence<ExecutionID>) { ids.withLock { $0.subtract(old) } }

  func removeAll() { ids.withLock { $0 = [] } }
}
