import Model
import Testing

@testable import Execution

@Suite struct UnfulfilledWishesTests {
  @Test func `what is kept and not done is named, with its step`() {
    var step = WorkflowStep(.exec("false"), errorHandler: WorkflowStep(.exec("true")))
    step.kept["plugins"] = .map([
      JobEntry(
        "LogFilter",
        .list(
          ["progress-badge", "key-value-data"].map { .map([JobEntry("type", .text($0))]) }))
    ])
    let job = Job(
      name: "careful", workflow: Workflow(steps: [WorkflowStep(.exec("true")), step]),
      timeout: "10s",
      kept: ["retry": .text("2"), "notification": .map([]), "defaultTab": .text("output")])
    #expect(
      UnfulfilledWishes(of: job).notice
        == "Not carried out by this version: "
        + "log filter progress-badge of step 2"
    )
  }

  @Test func `a job that is done as it is written has no notice`() {
    let job = Job(name: "plain", workflow: Workflow(steps: [WorkflowStep(.exec("true"))]))
    #expect(UnfulfilledWishes(of: job).notice == nil)
  }

  @Test(arguments: [JobValue.null, .map([]), .list([]), .text("")])
  func `a service without any plugin asks for nothing`(nothing: JobValue) {
    let plugins = JobValue.map([JobEntry("ExecutionLifecycle", nothing)])
    var step = WorkflowStep(.exec("true"))
    step.kept["plugins"] = plugins
    var job = Job(name: "exported", workflow: Workflow(steps: [step]))
    job.kept["plugins"] = plugins
    #expect(UnfulfilledWishes(of: job).notice == nil)
  }
}
