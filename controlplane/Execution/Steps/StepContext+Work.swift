import Model
import Wire

extension StepInContext {
  /// How the step is carried out. Throws `UnfitStep` when it cannot be.
  func work() throws(UnfitStep) -> StepWork {
    switch try meaning() {
    case .command(let command):
      return .agent(
        try specification { context throws(StepInvocationError) in
          try StepInvocation(command: command, in: context)
        })
    case .script(var script):
      script.expandTokens = script.expandTokens && server.expandsTokens
      return .agent(
        try specification { context throws(StepInvocationError) in
          try StepInvocation(script, in: context)
        })
    case .externalScript(let script):
      return .member(ObservedStep(try FetchedScriptStep(script, in: self), in: self))
    case .reference(let reference):
      return .nested(.reference(try expanded(reference), try secrets(reference)))
    case .conditional(let step):
      return .nested(.conditional(steps: step.steps, try look(at: step)))
    case .plugin(let plugin, let isNodeStep): return try work(plugin, isNodeStep: isNodeStep)
    }
  }

  private func meaning() throws(UnfitStep) -> StepMeaning {
    do throws(JobProblem) {
      return try definition.kind.meaning()
    } catch {
      throw UnfitStep(message: "\(error)")
    }
  }

  private func work(
    _ plugin: PluginDefinition, isNodeStep: Bool
  ) throws(UnfitStep) -> StepWork {
    guard let kind = BuiltInStep(rawValue: plugin.type) else {
      return .member(ObservedStep(PluginStep(plugin, isNodeStep: isNodeStep, in: self), in: self))
    }
    let settings = StepConfiguration(plugin, in: dataContext)
    let step: any MemberStep
    switch kind {
    case .localCommand: return .sidecar(try localCommand(settings))
    case .copyFile:
      if let copy = try uploadedCopy(settings) { return .agent(copy) }
      step = try CopyFileStep(settings, in: self)
    case .flowControl: step = try FlowControlStep(settings)
    case .exportVariable: step = try ExportVariableStep(settings)
    case .logData: step = try LogDataStep(settings, logLevel: logLevel)
    case .jobState: step = try JobStateStep(settings, project: project)
    case .refreshNodes: step = try RefreshNodesStep(settings)
    case .request, .nodeRequest: step = try RequestStep(settings, in: self)
    case .errand: step = PluginErrandStep(in: self)
    }
    return .member(ObservedStep(step, in: self))
  }

  /// What the agent of this member's host does for a node: the command is the server's, the references are the node's.
  private func localCommand(_ settings: StepConfiguration) throws(UnfitStep) -> StepSpecification {
    guard let command = settings.raw("command") else {
      throw UnfitStep(message: "Step \(settings.type): the setting command is missing")
    }
    return try specification(onServer: true) { context throws(StepInvocationError) in
      try StepInvocation(command: command, in: context)
    }
  }
}

/// The step plugins that are built in, by the names that definitions have for them.
enum BuiltInStep: String, Sendable, Hashable {
  case copyFile = "copyfile"
  case localCommand = "localexec"
  case flowControl = "flow-control"
  case exportVariable = "export-var"
  case logData = "log-data-step"
  case jobState = "job-state-conditional"
  case refreshNodes = "source-refresh-plugin"
  case request = "edu.ohio.ais.rundeck.HttpWorkflowStepPlugin"
  case nodeRequest = "edu.ohio.ais.rundeck.HttpWorkflowNodeStepPlugin"
  /// What a plugin does outside of jobs' workflows: only the program itself runs such a step.
  case errand = "quarterdeck-plugin"
}
