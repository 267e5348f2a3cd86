import JobFormat
import Model
import ScriptPlugin

/// Checks what definitions say for plugins that this member has: required properties and values that are not allowed. What
/// it does not have another member may, so that is no mistake.
struct PluginSettingsCheck {
  let plugins: any InstalledPlugins

  /// The definition, or a failure when a plugin cannot work with it.
  func checked(
    _ definition: Result<Job, JobDefinitionError>, index: Int
  ) -> Result<Job, JobDefinitionError> {
    guard case .success(let job) = definition else { return definition }
    let problems =
      problems(of: job.workflow.steps, path: "sequence.commands") + notificationProblems(of: job)
    return problems.isEmpty
      ? definition : .failure(JobDefinitionError(index: index, job: job, problems: problems))
  }

  private func problems(of steps: [WorkflowStep], path: String) -> [JobProblem] {
    steps.enumerated().flatMap { index, step -> [JobProblem] in
      let place = "\(path)[\(index)]"
      return problems(of: step, place)
        + (step.errorHandler.map { problems(of: $0, "\(place).errorhandler") } ?? [])
    }
  }

  private func problems(of step: WorkflowStep, _ place: String) -> [JobProblem] {
    switch try? step.kind.meaning(path: place) {
    case .plugin(let plugin, let isNodeStep):
      return problems(
        of: plugin, isNodeStep ? [.nodeStep, .remoteScript] : [.workflowStep], place)
    case .conditional(let conditional):
      return problems(of: conditional.steps, path: "\(place).subSteps")
    default: return []
    }
  }

  private func notificationProblems(of job: Job) -> [JobProblem] {
    guard job.kept["notification"] != nil else { return [] }
    let notifications = job.notifications
    return JobNotifications.Trigger.allCases.flatMap { trigger in
      notifications[trigger].flatMap { item -> [JobProblem] in
        guard case .plugin(let plugin) = item else { return [] }
        return problems(of: plugin, [.notification], "notification.\(trigger.rawValue).plugin")
      }
    }
  }

  private func problems(
    of plugin: PluginDefinition, _ services: [PluginService], _ place: String
  ) -> [JobProblem] {
    let found = services.lazy.compactMap { plugins.find(.init(service: $0, name: plugin.type)) }
    guard let provider = found.first?.provider else { return [] }
    let settings = plugin.texts
    return provider.problems(with: settings).map { problem in
      JobProblem(
        field: "\(place).configuration.\(problem.name)", value: settings[problem.name],
        message: problem.message)
    }
  }
}
