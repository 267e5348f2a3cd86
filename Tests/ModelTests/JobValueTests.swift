import FoundationEssentials
import Model
import Testing

@Suite struct JobValueTests {
  @Test(arguments: [
    JobValue.null, .boolean(true), .number("0.10"), .number("1e400"), .text(""), .text("true"),
    .list([]), .map([]), .list([.null, .list([.map([])])]),
    .map([JobEntry("z", .number("1")), JobEntry("a", .map([JobEntry("number", .text("x"))]))]),
    .map([JobEntry("map", .list([])), JobEntry("number", .null)]),
  ])
  func `a kept value is the same after it was stored`(value: JobValue) throws {
    let stored = try JSONEncoder().encode([value])
    #expect(try JSONDecoder().decode([JobValue].self, from: stored) == [value])
  }

  @Test func `the canonical form has sorted keys, and texts for all scalars but switches`() {
    let value = JobValue.map([
      JobEntry("b", .list([.number("2"), .text("1")])),
      JobEntry("a", .map([JobEntry("d", .null), JobEntry("c", .boolean(true))])),
      JobEntry("attachLogInline", .text("True")), JobEntry("keepgoing", .text("${option.x}")),
    ])
    let canonical = JobValue.map([
      JobEntry("a", .map([JobEntry("c", .text("true")), JobEntry("d", .text(""))])),
      JobEntry("attachLogInline", .boolean(true)),
      JobEntry("b", .list([.text("2"), .text("1")])), JobEntry("keepgoing", .text("${option.x}")),
    ])
    #expect(value.canonical == canonical)
    #expect(canonical.canonical == canonical)
  }

  @Test func `an error handler is one step`() throws {
    var step = WorkflowStep(.exec("a"), errorHandler: WorkflowStep(.exec("b")))
    let stored = try JSONEncoder().encode(step)
    #expect(try JSONDecoder().decode(WorkflowStep.self, from: stored) == step)
    step.errorHandler = nil
    #expect(step == WorkflowStep(.exec("a")))
    #expect(WorkflowStrategy("step-first") == .sequential)
  }
}
