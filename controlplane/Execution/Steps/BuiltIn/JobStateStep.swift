import Model

/// `job-state-conditional`: asks how another job stands, and ends the workflow where that is not as it should be.
struct JobStateStep: MemberStep {
  let isRepeatable = true
  private let question: JobStateQuestion
  private let isRunning: Bool?
  private let last: String?
  private let isEqual: Bool
  private let halt: FlowHalt?

  /// Throws `UnfitStep` for settings that are missing or cannot be used.
  init(_ settings: StepConfiguration, project: String) throws(UnfitStep) {
    question = JobStateQuestion(
      project: try settings.text("jobProject") ?? project, uuid: try settings.text("jobUUID"),
      name: try settings.text("jobName"))
    guard question.uuid != nil || question.name != nil else {
      throw UnfitStep(message: "Step \(settings.type): jobUUID or jobName is needed")
    }
    isRunning = try settings.text("running") == nil ? nil : try settings.flag("running")
    last = try settings.text("executionState")
    guard isRunning != nil || last != nil else {
      throw UnfitStep(message: "Step \(settings.type): running or executionState is needed")
    }
    let condition = try settings.text("condition") ?? "Equals"
    switch condition.lowercased() {
    case "equals": isEqual = true
    case "not equals": isEqual = false
    default: throw settings.bad("condition", condition, "Equals or Not Equals")
    }
    halt = try settings.flag("halt") ? try settings.flowHalt() : nil
  }

  func run(_ tools: MemberTools) async -> MemberStepResult {
    do {
      guard let answer = try await tools.jobState(question) else {
        return MemberStepResult(
          .failed(
            StepFailure("ConfigurationFailure", "Job was not found: \(question.description)")))
      }
      return decide(answer)
    } catch {
      return MemberStepResult(.failed(StepFailure("IOFailure", "\(error)")))
    }
  }

  private func decide(_ answer: JobStateAnswer) -> MemberStepResult {
    let holds = holds(answer)
    let text =
      "Job \(question.description) is \(answer.isRunning ? "running" : "not running"), its last "
      + "execution: \(answer.stateName). Expected: \(isEqual ? "" : "not ")\(wish)"
    let line = MemberStepResult.Line(level: holds ? .normal : .error, text: text)
    if !holds, let halt { return MemberStepResult(.halted(halt), lines: [line]) }
    return MemberStepResult(.succeeded, lines: [line])
  }

  /// Each of the two that is asked for must be as it says, or with "Not Equals" must not.
  private func holds(_ answer: JobStateAnswer) -> Bool {
    let running = isRunning.map { ($0 == answer.isRunning) == isEqual } ?? true
    let state = last.map { (Self.normal($0) == Self.normal(answer.stateName)) == isEqual } ?? true
    return running && state
  }

  private var wish: String {
    [isRunning.map { $0 ? "running" : "not running" }, last].compactMap(\.self)
      .joined(separator: " and ")
  }

  /// `Failed-with-retry`, `failed with retry` and `TimedOut` as one writes them.
  private static func normal(_ state: String) -> String {
    let letters = state.lowercased().filter(\.isLetter)
    return letters == "timeout" ? "timedout" : letters
  }
}

extension JobStateAnswer {
  /// As `executionState` names it; a custom status by its own word.
  fileprivate var stateName: String {
    guard let last else { return "never" }
    if let customStatus { return customStatus }
    return last.rawValue
  }
}

extension JobStateQuestion {
  fileprivate var description: String { uuid ?? "\(name ?? "") of project \(project)" }
}
