import CLinux
import Glibc

/// How a process of `quarterdeck-jq` ended. Pure.
struct ProgramEnd: Sendable {
  private enum Cause: Sendable {
    case exited(Int32)
    case signal(Int32)
    case notStarted(Int32)
  }

  private let cause: Cause
  private let answer: [UInt8]

  /// - Parameter status: as `waitpid` tells it.
  init(status: Int32, answer: [UInt8]) {
    let signal = qd_exit_signal(status)
    cause = signal == 0 ? .exited(qd_exit_code(status)) : .signal(signal)
    self.answer = answer
  }

  /// - Parameter code: why there was no process.
  init(notStarted code: Int32) {
    cause = .notStarted(code)
    answer = []
  }

  /// What came of the program.
  func results() throws(JSONProgramProblem) -> [String] {
    switch cause {
    case .exited(0): return try JSONProgramAnswer.results(in: answer)
    case .exited(JSONProgramAnswer.outOfMemory): throw Self.needsMemory
    case .exited(let code): throw .unavailable("quarterdeck-jq ended with exit status \(code)")
    case .signal(SIGXCPU):
      throw .stopped("the filter takes longer than \(JSONProgramBounds.seconds) s")
    case .signal(SIGKILL):
      throw .unavailable("it was cancelled, gave too much, or the host was out of memory")
    case .signal(SIGABRT): throw Self.needsMemory
    case .signal(let signal):
      throw .stopped("the filter ended jq with signal \(signal): its values are nested too deep")
    case .notStarted(ECANCELED): throw .unavailable("it was cancelled")
    case .notStarted(let code):
      throw .unavailable("quarterdeck-jq cannot be started: \(String(cString: strerror(code)))")
    }
  }

  private static let needsMemory = JSONProgramProblem.stopped(
    "the filter needs more than \(JSONProgramBounds.memory >> 20) MiB of memory")
}
