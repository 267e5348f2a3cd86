extension Workflow {
  /// What it does in one line, as executions are described by: its first step, and how many there are when there are
  /// more (`echo hello [... 5 steps]`).
  public var summary: String {
    guard let first = steps.first else { return "" }
    let text = first.description ?? first.kind.summary
    return steps.count > 1 ? "\(text) [... \(steps.count) steps]" : text
  }
}

extension StepKind {
  fileprivate var summary: String {
    switch self {
    case .exec(let command): return command
    case .script(let script):
      let line = script.text.split(separator: "\n").first ?? ""
      return String(line.hasPrefix("#!") ? line.dropFirst(2) : line)
    case .other(let step): return step.type
    }
  }
}
