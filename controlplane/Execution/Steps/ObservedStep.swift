import Masking
import Model

/// A member's own step whose output goes through the same hands as an agent's: secrets are masked, and the capturing
/// log filters look at it.
struct ObservedStep: MemberStep {
  private let step: any MemberStep
  private let secrets: [[UInt8]]
  private let filters: [LogFilterDefinition]
  /// The bytes that captured values may take.
  private let room: Int

  init(_ step: any MemberStep, in context: StepInContext) {
    self.step = step
    secrets = context.secrets
    filters =
      (context.job.workflow.logFilters + context.definition.logFilters).filter(\.captures)
    room = StepCapture.mostBytes - context.captured.bytes
  }

  var isRepeatable: Bool { step.isRepeatable }

  func run(_ tools: MemberTools) async -> MemberStepResult {
    var result = masked(await step.run(tools))
    // An agent's output is looked through once the agent has carried the step out.
    if !result.end.isOfAgent { await capture(&result) }
    return result
  }

  private func capture(_ result: inout MemberStepResult) async {
    guard !filters.isEmpty else { return }
    var capture = StepCapture(filters, room: room)
    for line in result.lines where line.level == .normal { capture.take(line.text) }
    let found = await capture.finish()
    if !found.values.isEmpty {
      result.values["data", default: [:]].merge(found.values) { _, new in new }
    }
    result.lines += found.shown.map { MemberStepResult.Line(level: .normal, text: $0) }
    result.lines += found.problems.map { MemberStepResult.Line(level: .warn, text: $0) }
  }

  private func masked(_ result: MemberStepResult) -> MemberStepResult {
    let masker = SecretMasker(secrets: secrets + result.secrets.map { Array($0.utf8) })
    guard !masker.isEmpty else { return result }
    let mask = { (text: String) in
      String(decoding: masker.masked(Array(text.utf8)), as: UTF8.self)
    }
    var result = result
    result.secrets = []
    for index in result.lines.indices { result.lines[index].text = mask(result.lines[index].text) }
    if case .failed(var failure) = result.end {
      failure.message = mask(failure.message)
      result.end = .failed(failure)
    }
    return result
  }
}

extension MemberStepResult.End {
  /// Whether an agent does the rest.
  fileprivate var isOfAgent: Bool {
    switch self {
    case .agent, .sidecar: true
    case .succeeded, .failed, .halted: false
    }
  }
}
