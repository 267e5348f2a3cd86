import Model
import Store

extension ReferenceClerk {
  /// Takes the room of the referenced job that the cell needs until it has ended; nil when it has it. Whatever the job's
  /// overlap policy says, a reference does not wait.
  func lacksRoom(
    _ facts: ReferencedJobFacts, _ options: ResolvedOptions, _ task: ReferenceTask
  ) async throws(LaunchError) -> StepFailure? {
    guard let limit = try RunLimit.of(facts.job, options: options.plain) else { return nil }
    let (store, room) = (store, JobRoom(facts.id, limit: limit))
    let hold = try await LaunchError.asking { () throws(StoreError) in
      try await store.hold(room, at: task.key, for: task.owner)
    }
    switch hold {
    case .held: return nil
    case .lost: return StepFailure("JobFailed", "Another member carries the execution by now")
    case .full(let execution):
      let error = LaunchError.alreadyRunning(
        facts.id, name: facts.job.name, execution: execution)
      return StepFailure("JobFailed", "\(error)")
    }
  }
}
