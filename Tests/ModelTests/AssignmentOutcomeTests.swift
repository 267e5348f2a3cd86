import Model
import Testing

@Suite struct AssignmentOutcomeTests {
  @Test func `a step over its limit says which`() {
    let outcome = AssignmentOutcome.limitExceeded("memory limit of 512 MiB")
    #expect(outcome.failure == "LimitExceeded: The step went over its memory limit of 512 MiB")
    #expect(!outcome.isSuccess)
    #expect(outcome.exitCode == nil)
  }

  @Test func `only an exit with 0 is a success`() {
    let failures: [AssignmentOutcome] = [
      .exited(code: 1), .signalled(signal: 9), .killed, .timedOut, .limitExceeded("x"),
      .lost(reason: "x"), .notStarted(message: "x"),
    ]
    #expect(failures.allSatisfy { !$0.isSuccess && $0.failure != nil })
    #expect(AssignmentOutcome.exited(code: 0).failure == nil)
  }
}
