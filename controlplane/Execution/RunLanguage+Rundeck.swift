import Model
import Wire

extension RunLanguage {
  /// Rundeck's: options, node filters and references as its manual has them.
  static let rundeck = RunLanguage(
    resolveOptions: { (job, argString, values) throws(LaunchError) in
      do throws(OptionsError) {
        return try OptionResolver(options: job.options)
          .resolve(argString: argString, values: values)
      } catch {
        throw .invalidOptions(error.messages)
      }
    },
    select: { (dispatch, nodes) throws(LaunchError) in try select(dispatch, from: nodes) },
    specification: { (step) throws(UnfitStep) in
      do throws(StepInvocationError) {
        let invocation = try StepInvocation(step.definition, in: step.dataContext)
        return StepSpecification(
          arguments: invocation.arguments, script: invocation.script,
          scriptExtension: invocation.scriptExtension, environment: invocation.environment,
          standardInput: invocation.standardInput)
      } catch {
        throw UnfitStep(message: "\(error)")
      }
    })
}

extension StepInContext {
  /// What the step's references mean.
  var dataContext: DataContext {
    var context = DataContext()
    context.add(
      ResolvedOptions(plain: options, secure: secureOptions, argString: argString),
      of: job.options)
    context.add(node)
    context.add(runFacts)
    return context
  }

  private var runFacts: RunFacts {
    RunFacts(
      jobName: job.name, jobGroup: job.group, jobID: jobID?.text ?? "",
      execution: execution.description, project: project, user: user, logLevel: logLevel,
      url: "\(server.url)/project/\(project)/execution/show/\(execution)", serverURL: server.url,
      serverUUID: server.uuid, threadCount: job.nodeFilter?.threadcount ?? "1",
      filter: job.nodeFilter?.filter ?? "name: \(node.name)")
  }
}
