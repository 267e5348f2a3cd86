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

  @Test func `keys are sorted at every depth and lists are left alone`() {
    let value = JobValue.map([
      JobEntry("b", .list([.text("2"), .text("1")])),
      JobEntry("a", .map([JobEntry("d", .null), JobEntry("c", .null)])),
    ])
    let sorted = JobValue.map([
      JobEntry("a", .map([JobEntry("c", .null), JobEntry("d", .null)])),
      JobEntry("b", .list([.text("2"), .text("1")])),
    ])
    #expect(value.keysSorted == sorted)
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
