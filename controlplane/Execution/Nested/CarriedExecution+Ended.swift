import Model
import Store
import WorkflowEngine

// What follows from the end of a cell: its state, its line, and the cells that end with it.

extension CarriedExecution {
  /// What is known of a cell that is not final and that nobody works on: a nested workflow carries it out, or its
  /// handler decides.
  struct Pending: Sendable {
    var startedAt: Instant?
    var exitCode: Int32?
    var failure: StepFailure?
    var values: CapturedGroups = [:]
    var halt: Halt?
    /// Whether the log has its failure.
    var isSaid = false
  }

  /// Ends a cell; nothing happens when it is not open.
  mutating func end(
    _ key: StepKey, _ end: CellEnd, at instant: Instant, transition: inout Transition
  ) {
    let ended = end.halt.map { machine.halt(key, $0) } ?? machine.end(key, as: end.cell)
    guard !ended.isEmpty else { return }
    if !end.values.isEmpty { keep(end.values, of: key) }
    if let code = end.exitCode { captured.put(exitCode: code, of: key) }
    pending[key] = Pending(
      startedAt: end.startedAt, exitCode: end.exitCode, failure: end.failure, values: end.values,
      halt: end.halt)
    note(ended, at: instant, transition: &transition)
  }

  /// Keeps what a step leaves for later ones, and for rules.
  mutating func keep(_ values: CapturedGroups, of key: StepKey) {
    captured.put(values, of: key)
    for (group, values) in values { note(values, of: group) }
  }

  /// What rules look at: `option.env`, `data.x`…
  private mutating func note(_ values: [String: String], of group: String) {
    machine.note(
      Dictionary(values.map { ("\(group).\($0.key)", $0.value) }) { first, _ in first })
  }

  /// Tells the machine what its rules may look at from the beginning.
  mutating func noteOptions() { note(record.options, of: "option") }

  /// Stores where these cells stand now, and says which failed.
  mutating func note(
    _ ended: [WorkflowMachine.Ended], at instant: Instant, transition: inout Transition
  ) {
    for end in ended {
      var known = pending.removeValue(forKey: end.key) ?? Pending()
      if known.failure == nil, end.cell == .failed || end.cell == .handling {
        known.failure = nestedFailure(of: end)
      }
      put(end, known, at: instant, transition: &transition)
      say(end, &known, at: instant, transition: &transition)
      tell(end, transition: &transition)
      remember(end, known)
      release(end.key, transition: &transition)
    }
  }

  private func put(
    _ end: WorkflowMachine.Ended, _ known: Pending, at instant: Instant,
    transition: inout Transition
  ) {
    var state = StepStateRecord(
      key: end.key, state: end.cell.state, startedAt: known.startedAt, updatedAt: instant,
      endedAt: end.cell.isFinal ? instant : nil, exitCode: known.exitCode)
    if end.cell != .succeeded { state.reason = known.failure?.text ?? end.reason }
    state.data = CapturedValues.text(known.values)
    state.halt = known.halt?.stored
    transition.put(state)
  }

  private func say(
    _ end: WorkflowMachine.Ended, _ known: inout Pending, at instant: Instant,
    transition: inout Transition
  ) {
    guard end.cell == .failed || end.cell == .handling, !known.isSaid else { return }
    known.isSaid = true
    guard let failure = known.failure else { return }
    if let code = known.exitCode {
      transition.lines.append(
        ExecutionLogLine(
          execution: id, key: end.key, level: .error, at: instant, text: "Result: \(code)"))
    }
    transition.lines.append(
      ExecutionLogLine(
        execution: id, key: end.key, level: .error, at: instant, text: "Failed: \(failure.text)"))
  }

  /// A handler sees the failure that it is for; once it has ended nobody asks any more.
  private mutating func remember(_ end: WorkflowMachine.Ended, _ known: Pending) {
    guard end.cell == .handling else {
      failures[end.key] = nil
      return
    }
    pending[end.key] = known
    failures[end.key] = known.failure ?? StepFailure("Failed", "The step failed")
  }

  /// Why a cell failed that a nested workflow carried out.
  private func nestedFailure(of end: WorkflowMachine.Ended) -> StepFailure? {
    guard let workflow = workflows[end.key.workflowBelow] else { return nil }
    let reason = end.reason.map { ": \($0)" } ?? ""
    return captured.references.contains(end.key.workflowBelow)
      ? StepFailure("JobFailed", "Job [\(workflow.job.path)] failed\(reason)")
      : StepFailure("StepsFailed", "The sub-steps failed\(reason)")
  }

  /// The failure that a handler is for; nil for a step that is none. A handler that runs once for several nodes is
  /// told of all of them.
  func failure(for key: StepKey, isHandler: Bool) -> StepFailure? {
    guard isHandler else { return nil }
    let handled = String(key.step.dropLast())
    for node in [key.node, ""] {
      if let own = failures[StepKey(step: handled, node: node)] { return own }
    }
    let all = failures.filter { $0.key.step == handled }.sorted { $0.key.node < $1.key.node }
    guard !all.isEmpty else { return nil }
    return StepFailure(onNodes: all.map(\.key.node))
  }
}
