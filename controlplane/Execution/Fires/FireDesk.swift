import Model
import Store

/// What is known for launching the runs of one group of due instants.
struct FireDesk: Sendable {
  let facts: FireFacts
  let definitions: [JobID: StampedDefinition]
  /// The enrolled agents, when a run needs them.
  var nodes: [PlannedNode] = []

  /// The run of a due instant, before options and nodes. Throws what keeps it from running.
  func subject(of fire: DueFire) throws(LaunchError) -> RunPlanner.Subject {
    guard let stamp = facts.jobs[fire.job] else { throw .noJob(fire.job) }
    guard let definition = definitions[fire.job] else {
      throw .failed("The definition of job \(fire.job) cannot be read")
    }
    var job = definition.job
    job.executionEnabled = stamp.executionEnabled
    return RunPlanner.Subject(
      project: stamp.project, jobID: fire.job, job: job, definition: definition.text,
      sidecar: facts.sidecar, globals: facts.globals[stamp.project] ?? [:],
      userEmail: stamp.userEmail)
  }

  /// Whether servers may have to be asked for values of the job's options.
  func asksServers(_ fire: DueFire) -> Bool {
    definitions[fire.job]?.job.options.contains(where: \.asksServers) ?? false
  }

  /// What a schedule asks for: its job as it is defined, for the job's own user.
  func request(of fire: DueFire) -> RunRequest {
    RunRequest(.job(fire.job), user: facts.jobs[fire.job]?.user ?? "")
  }
}

extension FireAnswer {
  /// What a refused launch means for the ledger.
  init(_ error: LaunchError) {
    self =
      switch error {
      case .noJob, .noProject: .refused(.jobGone, detail: nil)
      case .executionDisabled: .refused(.executionDisabled, detail: nil)
      case .projectDisabled: .refused(.projectExecutionsDisabled, detail: nil)
      case .passive: .refused(.passive, detail: nil)
      case .nobody(let reason): .refused(.passive, detail: reason)
      case .alreadyRunning(_, _, let execution): .alreadyRunning(execution)
      case .lineIsFull: .alreadyRunning(nil)
      case .unavailable(let reason): .unavailable(reason)
      case .invalidOptions, .invalidFilter, .unsupported, .failed:
        .refused(.invalid, detail: "\(error)")
      }
  }
}
