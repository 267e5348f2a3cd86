import Model

/// Secure options on a script's standard input instead of in its environment (RUN-26).
struct SecureInput {
  private let step: ScriptStep
  private let context: DataContext

  init(_ step: ScriptStep, _ context: DataContext) {
    self.step = step
    self.context = context
  }

  /// Assignments for the shell, one a line, not exported; nil when the step does not want them.
  var input: [UInt8]? {
    guard step.passSecureInput else { return nil }
    let lines = context.secureOptions.sorted { $0.key < $1.key }.map { name, value in
      DataContext.variable("option", name) + "=" + ShellQuoting.argument(value) + "\n"
    }
    return Array(lines.joined().utf8)
  }

  /// The script, made to read them by itself where the step says so: first thing after its `#!`.
  func prepared(_ script: [UInt8]) -> [UInt8] {
    guard step.passSecureInput, step.autoSecureInput else { return script }
    let line = "eval \"$(cat)\"\n".utf8
    guard script.starts(with: "#!".utf8) else { return line + script }
    guard let end = script.firstIndex(of: 0x0A) else { return script + [0x0A] + line }
    return Array(script[...end]) + line + script[(end + 1)...]
  }
}
