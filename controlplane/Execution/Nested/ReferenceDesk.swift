import Model
import Store
import Synchronization

/// Finds and plans the jobs that steps refer to, beside the conductor's loop. What waits at the same time shares its
/// questions to the store.
final class ReferenceDesk: Sendable {
  private let waiting = Mutex<[ReferenceTask]>([])
  private let wakes: AsyncStream<Void>
  private let wake: AsyncStream<Void>.Continuation

  init() { (wakes, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

  func put(_ tasks: [ReferenceTask]) {
    guard !tasks.isEmpty else { return }
    waiting.withLock { $0 += tasks }
    wake.yield()
  }

  /// Puts a `referenced` into the inbox for each task, until it is cancelled. Without a store a task is tried again
  /// until there is one.
  func run(_ clerk: ReferenceClerk, _ timing: ConductorTiming, _ inbox: ConductorInbox) async {
    await withDiscardingTaskGroup { group in
      for await _ in wakes {
        var folder = ReferenceFolder()
        for task in takeAll() {
          guard await clerk.asksServers(task, &folder) else {
            await Self.serve(task, clerk, &folder, timing, inbox)
            continue
          }
          // It holds up no other reference.
          group.addTask { [known = folder] in
            var folder = known
            await Self.serve(task, clerk, &folder, timing, inbox)
          }
        }
      }
    }
  }

  private func takeAll() -> [ReferenceTask] {
    waiting.withLock { waiting in
      defer { waiting = [] }
      return waiting
    }
  }

  private static func serve(
    _ task: ReferenceTask, _ clerk: ReferenceClerk, _ folder: inout ReferenceFolder,
    _ timing: ConductorTiming, _ inbox: ConductorInbox
  ) async {
    guard let answer = await answer(task, clerk, &folder, timing) else { return }
    _ = inbox.put([.referenced(task, answer)])
  }

  /// Nil when it is cancelled.
  private static func answer(
    _ task: ReferenceTask, _ clerk: ReferenceClerk, _ folder: inout ReferenceFolder,
    _ timing: ConductorTiming
  ) async -> ReferenceAnswer? {
    var pauses = timing.retries
    while !Task.isCancelled {
      if let answer = try? await clerk.answer(task, &folder) { return answer }
      guard await pauses.pass() else { return nil }
    }
    return nil
  }
}

/// What was read for references that waited at the same time.
struct ReferenceFolder: Sendable {
  var jobs: [Asked: ReferencedJobFacts?] = [:]
  var nodes: [PlannedNode]?
  var globals: [String: [String: String]] = [:]
  var sidecar: PlannedNode??

  /// A question about a job, for an execution.
  struct Asked: Sendable, Hashable {
    let job: ReferencedJob
    let execution: ExecutionID
  }
}
