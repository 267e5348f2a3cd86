import Model
import Store

// Room of a referenced job's run limit is taken when the reference is planned, before anything of it is committed. It
// is given back when the cell has ended, or when the cell is not at it any more by the time the plan is there. What a
// member took that was lost meanwhile does not count any more (`Store.hold`).

extension CarriedExecution {
  /// Gives back the room of the job that a cell has run as a reference.
  func release(_ key: StepKey, transition: inout Transition) {
    guard captured.references.contains(key.workflowBelow),
      let workflow = workflows[key.workflowBelow]
    else { return }
    release(workflow, at: key, transition: &transition)
  }

  /// Gives back the room that was taken for a plan which came too late.
  func release(_ answer: ReferenceAnswer, of task: ReferenceTask, transition: inout Transition) {
    // The cell may have been begun again: then the room is that run's.
    guard case .workflow(let planned) = answer, inner[task.key] == nil,
      workflows[task.key.workflowBelow] == nil
    else { return }
    release(planned.workflow, at: task.key, transition: &transition)
  }

  private func release(
    _ workflow: CarriedWorkflow, at key: StepKey, transition: inout Transition
  ) {
    guard let job = workflow.jobID,
      ((try? RunLimit.of(workflow.job, options: workflow.options)) ?? nil) != nil
    else { return }
    transition.writes.append(.release(job, at: key, by: ownership))
    if workflow.job.overlap.waits { transition.released.insert(job) }
  }
}
