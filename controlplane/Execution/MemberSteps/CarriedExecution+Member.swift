import Model
import Store
import WorkflowEngine

// Steps that the member carries out itself.

extension CarriedExecution {
  /// A cell that this member works on in a task of its own: a step of its own, or the look for a referenced job.
  struct Inner: Sendable {
    let ticket: Ticket
    let startedAt: Instant
  }

  /// Records the step as running; it starts once that is committed.
  mutating func begin(
    _ step: any MemberStep, for key: StepKey, at instant: Instant, transition: inout Transition
  ) {
    let ticket = Ticket.next()
    inner[key] = Inner(ticket: ticket, startedAt: instant)
    transition.put(
      StepStateRecord(key: key, state: .running, startedAt: instant, updatedAt: instant))
    transition.memberTasks.append(
      MemberTask(execution: id, key: key, ticket: ticket, step: step))
  }

  /// Takes in what came of a step; nothing when it is not wanted any more.
  mutating func take(
    _ result: MemberStepResult, of task: MemberTask, at instant: Instant,
    transition: inout Transition
  ) {
    guard let begun = inner[task.key], begun.ticket == task.ticket else { return }
    inner[task.key] = nil
    for line in result.lines {
      transition.lines.append(
        ExecutionLogLine(
          execution: id, key: task.key, level: line.level, at: instant, text: line.text))
    }
    switch result.end {
    case .agent(let specification):
      return assign(specification, to: task.key, at: instant, transition: &transition)
    case .sidecar(let specification):
      return assign(
        specification, to: task.key, onServer: true, at: instant, transition: &transition)
    case .succeeded, .failed, .halted: break
    }
    var end = CellEnd(of: result.end, startedAt: begun.startedAt)
    end.values = kept(result.values, of: task.key, at: instant, transition: &transition)
    self.end(task.key, end, at: instant, transition: &transition)
  }

  /// What may be kept of what a step leaves for later ones.
  private func kept(
    _ values: CapturedGroups, of key: StepKey, at instant: Instant, transition: inout Transition
  ) -> CapturedGroups {
    let size = values.values.reduce(0) { sum, group in
      group.reduce(sum) { $0 + $1.key.utf8.count + $1.value.utf8.count }
    }
    guard captured.bytes + size > StepCapture.mostBytes else { return values }
    transition.lines.append(
      ExecutionLogLine(
        execution: id, key: key, level: .warn, at: instant, text: StepCapture.noRoom))
    return [:]
  }

  /// Nothing that came of a member's own steps counts any more.
  mutating func endInner(
    because reason: String, at instant: Instant, transition: inout Transition
  ) {
    guard !inner.isEmpty else { return }
    transition.stopsMemberTasks = true
    let ending = inner.sorted { ($0.key.step, $0.key.node) < ($1.key.step, $1.key.node) }
    inner = [:]
    for (key, begun) in ending {
      let failure = StepFailure("Interrupted", reason)
      end(
        key, CellEnd(.aborted, failure: failure, startedAt: begun.startedAt), at: instant,
        transition: &transition)
    }
  }
}

extension CellEnd {
  fileprivate init(of end: MemberStepResult.End, startedAt: Instant) {
    switch end {
    case .succeeded, .agent, .sidecar: self.init(.succeeded, startedAt: startedAt)
    case .failed(let failure): self.init(.failed, failure: failure, startedAt: startedAt)
    case .halted(let halt):
      self.init(halt == .succeeded ? .succeeded : .failed, startedAt: startedAt)
      self.halt = Halt(halt)
    }
  }
}

extension Halt {
  fileprivate init(_ halt: FlowHalt) {
    switch halt {
    case .succeeded: self = .succeeded
    case .failed: self = .failed
    case .custom(let status): self = .custom(status: status)
    }
  }
}
