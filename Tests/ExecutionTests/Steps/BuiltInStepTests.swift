import Model
import Testing
import Wire

@testable import Execution

/// The built-in steps that decide and remember.
@Suite struct BuiltInStepTests {
  @Test(
    arguments: [
      (["halt": "false", "fail": "true"], nil), (["halt": "true"], .succeeded),
      (["halt": "true", "fail": "true"], .failed),
      (["halt": "true", "fail": "true", "status": "skipped"], .custom(status: "skipped")),
      (["halt": "true", "status": "at ${node.name}"], .custom(status: "at web1")),
    ] as [([String: String], FlowHalt?)])
  func `flow control goes on or ends the workflow`(
    settings: [String: String], halt: FlowHalt?
  ) async throws {
    let result = try await StepRoom.run(
      StepRoom.context(StepRoom.plugin("flow-control", settings)))
    switch result.end {
    case .halted(let found): #expect(found == halt)
    case .succeeded: #expect(halt == nil)
    default: Issue.record("\(result.end)")
    }
  }

  @Test func `a global variable is a value of the workflow`() async throws {
    var captured = CapturedValues()
    captured.put(["data": ["os": "a"]], of: StepKey(step: "1", node: "n1"))
    captured.put(["data": ["os": "b"]], of: StepKey(step: "1", node: "n2"))
    let step = StepRoom.plugin(
      "export-var", ["export": "all", "group": "export", "value": "${data.os*-}"])
    let result = try await StepRoom.run(StepRoom.context(step, captured: captured, node: nil))
    #expect(result.values == ["export": ["all": "a-b"]])
    for bad in [
      ["value": "x"], ["export": "a b"], ["export": "a", "group": "job"],
      ["export": "a", "group": "1:x"],
    ] {
      #expect(throws: UnfitStep.self) {
        try StepRoom.context(StepRoom.plugin("export-var", bad)).work()
      }
    }
  }

  @Test func `all values are logged, secrets masked`() async throws {
    var captured = CapturedValues()
    captured.put(["data": ["os": "deb"]], of: StepKey(step: "1", node: "web2"))
    captured.put(["export": ["v": "the s3cret"]], of: StepKey(step: "2", node: ""))
    let step = StepRoom.plugin("log-data-step", ["debugOnly": "false"])
    let context = StepRoom.context(
      step, options: ["a": "1"], secure: ["pw": "s3cret"], captured: captured)
    let lines = try await StepRoom.run(context).lines.map(\.text)
    #expect(lines.contains("[global] option.a: 1"))
    #expect(lines.contains("[global] export.v: the *****"))
    #expect(lines.contains("[node web1] node.name: web1"))
    #expect(lines.contains("[node web2] data.os: deb"))
    let debug = StepRoom.plugin("log-data-step", ["debugOnly": "true"])
    #expect(try await StepRoom.run(StepRoom.context(debug)).lines.isEmpty)
    #expect(try await !StepRoom.run(StepRoom.context(debug, logLevel: "DEBUG")).lines.isEmpty)
  }

  private func ask(
    _ settings: [String: String], _ answer: JobStateAnswer?
  ) async throws -> MemberStepResult {
    let tools = MemberTools(jobState: { question in
      #expect(question.project == "p" && question.name == "g/other")
      return answer
    })
    let all = settings.merging(["jobName": "g/other"]) { one, _ in one }
    return try await StepRoom.run(
      StepRoom.context(StepRoom.plugin("job-state-conditional", all)), tools)
  }

  @Test(arguments: [
    (["running": "false", "executionState": "Succeeded"], true),
    (["running": "true"], false), (["executionState": "succeeded"], true),
    (["executionState": "Failed"], false), (["executionState": "Never"], false),
    (["executionState": "Failed", "condition": "Not Equals"], true),
    (["executionState": "Succeeded", "condition": "not equals"], false),
  ])
  func `a job's state is compared`(settings: [String: String], holds: Bool) async throws {
    let answer = JobStateAnswer(job: JobID("j"), isRunning: false, last: .succeeded)
    let all = settings.merging(["halt": "true", "fail": "true"]) { one, _ in one }
    let result = try await ask(all, answer)
    if case .halted(let halt) = result.end {
      #expect(!holds && halt == .failed)
    } else {
      #expect(holds && StepRoom.failure(result) == nil)
    }
    #expect(result.lines.count == 1)
  }

  @Test func `a state of its own, a job that never ran and one that is not there`() async throws {
    let custom = JobStateAnswer(
      job: JobID("j"), isRunning: true, last: .other, customStatus: "Half Done")
    let halting = ["halt": "true"]
    var result = try await ask(
      ["executionState": "half done"].merging(halting) { one, _ in one }, custom)
    if case .halted = result.end { Issue.record("halted") }
    let never = JobStateAnswer(job: JobID("j"), isRunning: false, last: nil)
    result = try await ask(["executionState": "Never"].merging(halting) { one, _ in one }, never)
    if case .halted = result.end { Issue.record("halted") }
    result = try await ask(["running": "true"], nil)
    #expect(
      StepRoom.failure(result)?.text
        == "ConfigurationFailure: Job was not found: g/other of project p")
    #expect(throws: UnfitStep.self) {
      try StepRoom.context(StepRoom.plugin("job-state-conditional", ["jobName": "x"])).work()
    }
  }

  @Test func `a local command runs on the server with the node's values`() throws {
    let step = StepRoom.plugin("localexec", ["command": "ping ${node.name}"])
    guard case .sidecar(let specification) = try StepRoom.context(step).work() else {
      Issue.record("not the sidecar's")
      return
    }
    #expect(specification.arguments == ["/bin/sh", "-c", "ping web1"])
  }

  @Test func `a job reference takes values into its words`() throws {
    let step = WorkflowStep(
      .other(
        OtherStep(
          type: "jobref", nodeStep: false,
          definition: [
            "jobref": .map([
              JobEntry("name", .text("child ${option.n}")),
              JobEntry("args", .text("-a ${option.n} -b x")),
            ])
          ])))
    guard
      case .nested(.reference(let reference, _)) =
        try StepRoom.context(step, options: ["n": "two 'words' -b y"]).work()
    else {
      Issue.record("no reference")
      return
    }
    #expect(reference.name == "child two 'words' -b y")
    #expect(try ArgumentLine.split(reference.arguments) == ["-a", "two 'words' -b y", "-b", "x"])
  }
}
