import Glibc
import TestSupport
import Testing

/// Executions of one step each that print for a while. Every line goes to a file first and to the output then, so that
/// the record can be compared with what was really printed.
struct PrintingSteps {
  let scenario: Scenario
  let executions: [Int]

  /// Starts `count` of them; each prints 20 lines a second for about `seconds`, and ends with a code of its own.
  static func start(_ count: Int, seconds: Int, in scenario: Scenario) async throws -> PrintingSteps
  {
    let folder = scenario.mark("printed")
    guard mkdir(folder, 0o700) == 0 else { throw SpawnFailure(executable: folder, code: errno) }
    let job = try await scenario.api.importJob(
      """
      - name: printing
        multipleExecutions: true
        sequence:
          keepgoing: false
          strategy: node-first
          commands:
          - exec: >-
              f=\(folder)/$RD_JOB_EXECID; i=0;
              while [ $i -lt \(seconds * 20) ]; do i=$((i+1)); l="$RD_JOB_EXECID line $i";
              echo "$l" >> $f; echo "$l"; sleep 0.05; done; exit $((RD_JOB_EXECID % 3))
      """, into: "test")
    var executions: [Int] = []
    for _ in 0..<count { executions.append(try await scenario.api.run(job)) }
    let steps = PrintingSteps(scenario: scenario, executions: executions)
    for execution in executions {
      _ = try await eventually("execution \(execution) prints") {
        access("\(folder)/\(execution)", F_OK) == 0 ? true : nil
      }
    }
    return steps
  }

  /// Waits for their ends and compares everything that is recorded with what happened.
  func expectWhole(within seconds: Int = 300) async throws {
    for execution in executions {
      let code = execution % 3
      let ended = try await scenario.api.ended(execution, within: seconds)
      #expect(ended.status.text == (code == 0 ? "succeeded" : "failed"))
      let printed = String(
        decoding: try readFile("\(scenario.mark("printed"))/\(execution)"), as: UTF8.self)
      let end =
        code == 0
        ? "" : "Result: \(code)\nFailed: NonZeroResultCode: Result code was \(code)\n"
      #expect(try await scenario.api.output(execution) == printed + end)
    }
    try await scenario.expectNothingLeft()
  }
}

extension Scenario {
  /// No process of a step is left, and nothing in the store is open of what has ended.
  func expectNothingLeft() async throws {
    _ = try await eventually("no supervisor is left") {
      children(of: agent.process.pid).isEmpty ? true : nil
    }
    let left = try await installation.openRows()
    #expect(left.isEmpty, "\(left)")
  }
}

/// The processes whose parent is `process`, as the kernel says.
func children(of process: Int32) -> [Int32] {
  let text = (try? readFile("/proc/\(process)/task/\(process)/children")) ?? []
  return String(decoding: text, as: UTF8.self).split(separator: " ").compactMap { Int32($0) }
}
