public import Model
import WorkflowEngine

extension ExecutionConductor: CarriedExecutions {
  public nonisolated func carries(_ id: ExecutionID) -> Bool { endings.carried.contains(id) }

  public func openWork(of executions: Set<ExecutionID>?) -> OpenWork {
    var work = OpenWork()
    guard let executions else {
      for execution in carried.values { execution.add(to: &work) }
      return work
    }
    for id in executions { carried[id]?.add(to: &work) }
    return work
  }

  public nonisolated func unreached(_ items: [OpenWork.Item]) {
    _ = inbox.put(items.map { .unreached($0.assignment, $0.execution) })
  }
}

extension CarriedExecution {
  fileprivate func add(to work: inout OpenWork) {
    for (assignment, open) in open {
      let item = OpenWork.Item(assignment, of: id, on: open.agent)
      if !open.isDelivered || open.isAnnounced {
        work.undelivered.append(item)
      } else if open.startedAt == nil {
        work.unstarted.append(item)
      } else {
        work.started.append(item)
      }
      if machine.isAborted { work.ending.insert(open.agent) }
    }
  }
}
