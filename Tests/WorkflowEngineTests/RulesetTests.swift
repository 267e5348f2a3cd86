import Model
import Testing

@testable import WorkflowEngine

/// The language of Rundeck's documentation (Workflow Strategies, Ruleset), its examples first.
@Suite struct RulesetTests {
  /// The steps in the order in which they begin, those that begin together in one text.
  private static func waves(
    _ rules: String, steps: Int, labels: [String?] = [], _ values: [String: String] = [:]
  ) -> [String] {
    var plan = ExecutionPlan.table(.ruleset, nodes: 1, steps: steps)
    plan.rules = rules
    for (index, label) in labels.enumerated() { plan.steps[index].label = label }
    var machine = WorkflowMachine(plan: plan)
    machine.note(values)
    var waves: [String] = []
    while case let starts = machine.advance().starts, !starts.isEmpty {
      waves.append(starts.map(\.step).joined(separator: " "))
      for key in starts { _ = machine.end(key, as: .succeeded) }
    }
    return waves
  }

  @Test func `steps 2 and 5 run after step 1`() throws {
    let rules = try Ruleset("[2,5] run-after:1", steps: Array(repeating: nil, count: 5))
    #expect(rules.waiting == [[], [0], [1], [2], [0]])
  }

  @Test func `an option chooses between steps 5 and 6`() {
    let rules = "[*] run-in-sequence\n[5] if:option.env==QA\n[6] unless:option.env==PRODUCTION"
    #expect(Self.waves(rules, steps: 6, ["option.env": "QA"]) == ["1", "2", "3", "4", "5", "6"])
    let production = Self.waves(rules, steps: 6, ["option.env": "PRODUCTION"])
    #expect(production == ["1", "2", "3", "4"])
    #expect(Self.waves(rules, steps: 6) == ["1", "2", "3", "4", "6"])
  }

  @Test func `step 1, then 2 and 3 at once, then 4`() {
    let rules = "[2] run-after:1\n[3] run-after:1\n[4] run-after:2,3"
    #expect(Self.waves(rules, steps: 4) == ["1", "2 3", "4"])
  }

  @Test func `several conditions in a line must all hold`() {
    let rules = """
      [1] run-in-sequence
      [2] if:option.1==yes if:option.2==yes
      [3] if:option.1==yes if:option.2==no
      [4] if:option.1==no if:option.2==yes
      [5] if:option.1==no if:option.2==no
      """
    #expect(Self.waves(rules, steps: 5, ["option.1": "yes", "option.2": "no"]) == ["1", "3"])
    #expect(Self.waves(rules, steps: 5, ["option.1": "no", "option.2": "yes"]) == ["1", "4"])
  }

  @Test func `of conditions in several lines one must hold`() {
    let rules = """
      [1] run-at-start
      [2] run-after:1
      [3,4,5] if:option.1>0
      [3,4,5] if:option.2==true
      """
    #expect(Self.waves(rules, steps: 5, ["option.1": "5"]) == ["1", "2", "3", "4", "5"])
    let second = Self.waves(rules, steps: 5, ["option.1": "0", "option.2": "true"])
    #expect(second == ["1", "2", "3", "4", "5"])
    #expect(Self.waves(rules, steps: 5, ["option.1": "-1"]) == ["1", "2"])
  }

  @Test func `steps are named by number, range and label, in quotes where it has blanks`() {
    let labels: [String?] = [nil, "Step Two", "Deploy QA"]
    let rules = "[Step Two] run-at-start\n[1] \"run-after:Step Two\"\n[Deploy QA] run-after:1-2"
    #expect(Self.waves(rules, steps: 3, labels: labels) == ["2", "1", "3"])
    #expect(Self.waves("[1-2,3] run-at-start", steps: 3) == ["1 2 3"])
    #expect(Self.waves("[*] run-at-start", steps: 3) == ["1 2 3"])
  }

  @Test func `what waits for a skipped step goes on, and the skipped one is not started`() {
    var plan = ExecutionPlan.table(.ruleset, nodes: 2, steps: 2)
    plan.rules = "[1] if:option.x==1\n[2] run-after:1"
    var machine = WorkflowMachine(plan: plan)
    let decision = machine.advance()
    #expect(decision.ended.map(\.cell) == [.notStarted, .notStarted])
    #expect(decision.ended.allSatisfy { $0.reason?.hasPrefix("Skipped") ?? false })
    #expect(decision.starts == [StepKey(step: "2", node: "a")])
  }

  @Test func `a value that a step leaves decides about those after it`() {
    var plan = ExecutionPlan.table(.ruleset, nodes: 1, steps: 2)
    plan.rules = "[2] run-after:1 if:data.go==yes"
    var machine = WorkflowMachine(plan: plan)
    _ = machine.advance()
    machine.note(["data.go": "yes"])
    _ = machine.end(StepKey(step: "1", node: "a"), as: .succeeded)
    #expect(machine.advance().starts.map(\.step) == ["2"])
  }

  @Test func `a failed step keeps others from starting, unless keepgoing`() {
    for keepgoing in [true, false] {
      var plan = ExecutionPlan.table(.ruleset, nodes: 1, steps: 2, keepgoing: keepgoing)
      plan.rules = "[2] run-after:1"
      var run = MachineRun(plan, failing: ["1@a"])
      #expect(run.playAll() == (keepgoing ? ["1@a", "2@a"] : ["1@a"]))
      #expect(run.machine.verdict?.status == .failed)
    }
  }

  @Test(arguments: [
    ("option.a==x", true), ("option.a==y", false), ("option.a!=y", true), ("option.no!=y", true),
    ("option.a=~[xyz]", true), ("option.long=~el", false), ("option.long=~.*el.*", true),
    ("option.a!~[abc]", true), ("!option.no", true), ("!option.a", false), ("option.n>9", true),
    ("option.n>=10", true), ("option.n<=10", true), ("option.n<9.5", false), ("option.n>-3", true),
    ("option.minus<-2", true), ("option.a>1", false), ("option.no==", false),
    ("option.a==option.same", true), ("${option.a}==${option.same}", true),
    ("option.n<option.minus", false), ("option.big>9007199254740992", true),
  ]) func `a condition compares a variable`(text: String, holds: Bool) throws {
    let values = [
      "option.a": "x", "option.same": "x", "option.n": "10", "option.minus": "-3",
      "option.long": "hello", "option.big": "9007199254740993",
    ]
    let line = "[1] if:\(text)"
    let rules = try Ruleset(line, steps: [nil])
    #expect(rules.conditions[0].hold(values) == holds)
    let unless = try Ruleset("[1] unless:\(text)", steps: [nil])
    #expect(unless.conditions[0].hold(values) == !holds)
  }

  @Test(arguments: [
    ("run-at-start", 1, 1, "a rule begins with its steps in brackets"),
    ("[1] run-at-start\n  [2] run-ater:1", 2, 7, "run-at-start, run-in-sequence, run-after:STEPS"),
    ("[1]", 1, 4, "a directive or a condition is missing"),
    ("[9] run-at-start", 1, 2, "there is no step 9; the workflow has 3"),
    ("[2-1] run-at-start", 1, 2, "ends before it begins"),
    ("[Nobody] run-at-start", 1, 2, "a step's number (1 to 3)"),
    ("[1,] run-at-start", 1, 4, "a step is missing"),
    ("[2] run-after:*", 1, 15, "there is no step \"*\""),
    ("[1] if:option.a=1", 1, 8, "allowed are !NAME (unset) and NAME with =="),
    ("[1] if:a==1", 1, 8, "write its group and name"),
    ("[1] if:option.a>many", 1, 17, "a number and a variable"),
    ("[1] if:option.a=~(", 1, 18, "regular expression"),
    ("[1] \"run-after:2", 1, 5, "a double quote is missing"),
    ("[1] run-after:1", 1, 5, "wait for itself"),
    ("[1] run-after:2\n[2] run-after:1", 1, 5, "the steps 1, 2 would never run"),
  ]) func `what is wrong is named with line, column and what is allowed`(
    text: String, line: Int, column: Int, problem: String
  ) {
    #expect {
      try Ruleset(text, steps: [nil, nil, nil])
    } throws: { error in
      let error = error as? RulesetError
      #expect(error?.line == line && error?.column == column, "\(String(describing: error))")
      return error?.problem.contains(problem) ?? false
    }
  }

  @Test func `rules that cannot be read fail the workflow with their problem`() {
    var plan = ExecutionPlan.table(.ruleset, nodes: 1, steps: 1)
    plan.rules = "nonsense"
    var machine = WorkflowMachine(plan: plan)
    #expect(machine.advance().isEmpty)
    #expect(machine.verdict?.status == .failed)
    #expect(machine.verdict?.reason?.contains("line 1, column 1") ?? false)
  }
}
