import Model
import Testing

@testable import Execution

/// References to what steps left, as the manual has them.
@Suite struct ReferenceTests {
  private static func context(on node: String) -> DataContext {
    var captured = CapturedValues()
    for (step, host, code) in [("1", "n1", "0"), ("1", "n2", "99"), ("2", "n1", "3")] {
      captured.put(["exec": ["exitCode": code]], of: StepKey(step: step, node: host))
    }
    captured.put(["data": ["k": "one"]], of: StepKey(step: "1", node: "n1"))
    captured.put(["data": ["k": "two"]], of: StepKey(step: "1", node: "n2"))
    captured.put(["data": ["k": "later"]], of: StepKey(step: "2", node: "n1"))
    captured.put(["export": ["v": "E"], "data": ["w": "W"]], of: StepKey(step: "3", node: ""))
    var context = DataContext()
    context.captured = captured
    context.nodeName = node
    context.groups["globals"] = ["g": "G"]
    context.groups["option"] = ["k": "O", "odd*": "star"]
    context.add(StepFailure("NonZeroResultCode", "Result code was 7", exitCode: 7))
    return context
  }

  @Test(arguments: [
    ("${1:exec.exitCode}", "0", ""), ("${1:exec.exitCode@n2}", "99", "99"),
    ("${1:exec.exitCode*}", "0,99", "0,99"), ("${2:exec.exitCode*}", "3", "3"),
    ("${data.k}", "later", ""), ("${1:data.k}", "one", ""), ("${1:data.k@n2}", "two", "two"),
    ("${data.k@n2}", "two", "two"), ("${data.k*}", "later,two", "later,two"),
    ("${data.k*;}", "later;two", "later;two"), ("${1:data.k*-}", "one-two", "one-two"),
    ("${export.v}", "E", "E"), ("${data.w}", "W", "W"), ("${3:data.w}", "W", "W"),
    ("${globals.g}", "G", "G"), ("${option.k}", "O", "O"), ("${option.odd*}", "star", "star"),
    (
      "${result.reason}/${result.message}/${result.resultCode}",
      "NonZeroResultCode/Result code was 7/7", "NonZeroResultCode/Result code was 7/7"
    ),
    ("${9:data.k}${data.none}${x.y*}", "", ""), ("${data.k@}", "", ""),
  ])
  func `a reference means what the manual says`(
    text: String, onNode: String, inWorkflow: String
  ) throws {
    #expect(try ReferenceExpansion(context: Self.context(on: "n1")).expand(text) == onNode)
    #expect(try ReferenceExpansion(context: Self.context(on: "")).expand(text) == inWorkflow)
  }

  @Test func `steps' values are variables too`() {
    let environment = Self.context(on: "n2").environment()
    #expect(environment["RD_DATA_K"] == "two")
    #expect(environment["RD_EXPORT_V"] == "E")
    #expect(environment["RD_GLOBALS_G"] == "G")
    #expect(environment["RD_RESULT_REASON"] == "NonZeroResultCode")
  }

  @Test func `the last step's value stays, in whatever order they end`() {
    for order in [["2", "10", "2e"], ["10", "2e", "2"], ["2e", "2", "10"]] {
      var captured = CapturedValues()
      for step in order { captured.put(["data": ["k": step]], of: StepKey(step: step, node: "n")) }
      #expect(captured.value("data", "k", on: "n") == "10")
      #expect(captured.bytes == 3 + 1 + 2 + 2)
    }
  }

  @Test(arguments: [
    (["1", "1e", "2", "10"]), (["2", "2/1", "2/1/1", "2/2", "2e", "3"]),
    (["2@node=a/1", "2@node=b/1", "2@node=b/2"]),
  ])
  func `steps are in the order in which a reader counts them`(steps: [String]) {
    #expect(steps.reversed().sorted { StepPlace($0) < StepPlace($1) } == steps)
  }

  @Test func `a referenced job sees its own values, and its parent only what it exports`() {
    var scopes = CapturedScopes()
    scopes.references = ["2", "2/1"]
    scopes.put(["data": ["a": "1"]], of: StepKey(step: "1", node: "n"))
    scopes.put(["data": ["b": "2"], "export": ["e": "x"]], of: StepKey(step: "2/2", node: ""))
    scopes.put(["export": ["deep": "y"]], of: StepKey(step: "2/1/1", node: ""))
    #expect(scopes.seen(by: "2/3").value("data", "a", on: "n") == nil)
    #expect(scopes.seen(by: "2/3").value("data", "b", on: "") == "2")
    #expect(scopes.seen(by: "3").value("data", "b", on: "") == nil)
    #expect(scopes.seen(by: "3").value("export", "e", on: "") == "x")
    #expect(scopes.seen(by: "2/3").value("export", "deep", on: "") == "y")
    #expect(scopes.seen(by: "3").value("export", "deep", on: "") == "y")
    #expect(scopes.seen(by: "2/1/2").value("export", "e", on: "") == nil)
    // A conditional's sub-steps share their workflow.
    scopes.put(["data": ["c": "3"]], of: StepKey(step: "4/1", node: "n"))
    #expect(scopes.seen(by: "5").value("data", "c", on: "n") == "3")
  }

  @Test func `a reference bomb is refused and takes no memory`() throws {
    var context = DataContext()
    context.groups["option"] = ["x": String(repeating: "x", count: 1 << 20)]
    let bomb = String(repeating: "${option.x}", count: 10_000)
    let tokens = String(repeating: "@option.x@", count: 10_000)
    let expansion = ReferenceExpansion(context: context)
    #expect(throws: ExpansionOverrun.self) { try expansion.expand(bomb) }
    #expect(throws: ExpansionOverrun.self) { try expansion.expandTokens(tokens) }
    for step in [
      WorkflowStep(.exec(bomb)), WorkflowStep(.script(ScriptStep(text: tokens))),
      WorkflowStep(.script(ScriptStep(text: "true", arguments: bomb))),
    ] {
      #expect(throws: StepInvocationError.self) { try StepInvocation(step, in: context) }
    }
  }

  @Test func `a value is never read for further references`() throws {
    var context = DataContext()
    context.groups["option"] = ["a": "${option.b}", "b": "@option.a@"]
    let expansion = ReferenceExpansion(context: context)
    #expect(try expansion.expand("${option.a}") == "${option.b}")
    #expect(try expansion.expandTokens("@option.b@") == "@option.a@")
  }

  @Test func `an interpreter line says where the script's file stands`() throws {
    let step = ScriptStep(
      text: "echo", arguments: "a b", interpreter: "sudo -u ${option.user} ${scriptfile} -x")
    var context = DataContext()
    context.groups["option"] = ["user": "it's me"]
    let invocation = try StepInvocation(WorkflowStep(.script(step)), in: context)
    #expect(invocation.arguments == ["sudo", "-u", "it's me", "\u{0}", "-x", "a", "b"])
  }

  @Test func `a stored failure is read again for its handler`() {
    let failure = StepFailure(reason: "NonZeroResultCode: Result code was 3", exitCode: 3)
    #expect(failure == StepFailure("NonZeroResultCode", "Result code was 3", exitCode: 3))
    #expect(StepFailure(reason: "it broke: really", exitCode: nil).reason == "Failed")
    #expect(
      StepFailure(onNodes: ["a", "b"]).text
        == "NodeDispatchFailure: Execution failed on the following 2 nodes: [a, b]")
  }
}
