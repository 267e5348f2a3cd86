import Model
import WorkflowEngine

extension RunPlanner {
  /// Lets a job's orchestrator choose among the nodes of a plan, in the order of their ranks; its settings may refer to
  /// options.
  ///
  /// What it leaves to chance is drawn here and stored with the plan.
  static func orchestrate(
    _ plan: inout ExecutionPlan, _ job: Job, options: [String: String] = [:],
    rankAttribute: String?, using random: inout some RandomNumberGenerator
  ) throws(LaunchError) {
    guard let orchestrator = job.orchestrator else { return }
    do {
      let choice = try NodeChoice(
        try orchestrator.rule { (try? OptionReferences.expand($0, options)) ?? $0 }, of: plan.nodes,
        rankAttribute: rankAttribute, using: &random)
      plan.nodes = choice.nodes
      plan.orchestration = choice.orchestration
    } catch {
      throw .unsupported("The job \"\(job.name)\" cannot be run. \(error)")
    }
  }
}
