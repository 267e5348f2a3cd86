import Cluster
import Execution
import Model
import Synchronization

/// Notes how late each fire arrives, then has it written.
final class StampingLauncher: FireLaunching {
  private let next: LedgerLauncher
  private let time: DatabaseTime
  private let noted = Mutex<[Duration]>([])

  init(_ next: LedgerLauncher, _ time: DatabaseTime) {
    self.next = next
    self.time = time
  }

  var lateness: [Duration] { noted.withLock { $0 } }

  func forget() { noted.withLock { $0 = [] } }

  func fire(_ fires: [DueFire]) async -> [FireAnswer] {
    let now = time.now()
    noted.withLock { noted in noted += fires.map { $0.dueAt.duration(to: now) } }
    return await next.fire(fires)
  }
}
