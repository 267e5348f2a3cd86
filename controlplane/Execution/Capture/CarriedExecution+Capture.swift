import Model
import Store
import WorkflowEngine

extension CarriedExecution {
  /// What must be looked through before this end is decided upon; nil when nothing captures of that step's
  /// output, or when it does not matter any more.
  mutating func captureTask(
    _ id: AssignmentID, _ outcome: AssignmentOutcome, at instant: Instant
  ) -> CaptureTask? {
    guard let assignment = open[id], !machine.isAborted else { return nil }
    if case .notStarted = outcome { return nil }
    let filters = capturingFilters(of: assignment.key)
    guard !filters.isEmpty else { return nil }
    open[id]?.isCapturing = true
    return CaptureTask(
      assignment: id, execution: self.id, key: assignment.key, outcome: outcome, at: instant,
      filters: filters, room: StepCapture.mostBytes - captured.bytes)
  }

  private func capturingFilters(of key: StepKey) -> [LogFilterDefinition] {
    guard let workflow = workflows[key.workflow], let place = machine.place(of: key) else {
      return []
    }
    let own = workflow.definition(place.index, isHandler: place.isHandler)?.logFilters ?? []
    return (workflow.job.workflow.logFilters + own).filter(\.captures)
  }

  /// Whether a step's output is being looked through: then its end waits.
  func isCapturing(_ id: AssignmentID) -> Bool { open[id]?.isCapturing ?? false }

  /// A step's output was looked through: keeps what it gave, says what it did not, and ends the step.
  mutating func take(
    _ result: StepCapture.Result, of task: CaptureTask, transition: inout Transition
  ) throws(StoreError) {
    guard let assignment = open.removeValue(forKey: task.assignment) else { return }
    var values = result.values
    var problems = result.problems
    // Several steps may have been looked through at once.
    let size = values.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
    if captured.bytes + size > StepCapture.mostBytes {
      values = [:]
      problems.append(StepCapture.noRoom)
    }
    for text in result.shown { say(text, .normal, of: task, transition: &transition) }
    for text in problems { say(text, .warn, of: task, transition: &transition) }
    end(
      task.key, task.outcome, startedAt: assignment.startedAt, at: task.at,
      values: values.isEmpty ? [:] : ["data": values], transition: &transition)
    if task.outcome == .timedOut { try runOutOfTime(at: task.at, transition: &transition) }
  }

  private func say(
    _ text: String, _ level: ExecutionLogLine.Level, of task: CaptureTask,
    transition: inout Transition
  ) {
    transition.lines.append(
      ExecutionLogLine(execution: id, key: task.key, level: level, at: task.at, text: text))
  }
}

extension LogFilterDefinition {
  /// Whether it captures values; the other filters are the readers' matter.
  var captures: Bool { Self.capturing.contains(type) }

  private static let capturing: Set<String> = [
    "key-value-data", "key-value-data-multilines", "json-mapper", "json-jq",
  ]
  /// The filters that this version knows.
  static let known = capturing.union(["mask-passwords", "quiet-output", "highlight-output"])
}
