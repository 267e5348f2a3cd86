extension Job {
  /// The identifiers of the jobs that this one's steps, handlers and conditional steps refer to.
  public var referencedJobs: [JobID] { workflow.steps.flatMap(\.referencedJobs) }
}

extension WorkflowStep {
  fileprivate var referencedJobs: [JobID] {
    let inner = errorHandler?.referencedJobs ?? []
    switch try? kind.meaning() {
    case .reference(let reference):
      if case .id(let id) = reference.target { return [id] + inner }
      return inner
    case .conditional(let step): return step.steps.flatMap(\.referencedJobs) + inner
    default: return inner
    }
  }
}
