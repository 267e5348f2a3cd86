import Model
import Wire

extension RunLanguage {
  /// Rundeck's: options, node filters and references as its manual has them.
  static let rundeck = rundeck(.closed)

  /// The same, with somebody who finds out what options need from outside.
  static func rundeck(_ desk: OptionDesk) -> RunLanguage {
    RunLanguage(
      options: { (question) throws(LaunchError) in try await desk.resolve(question) },
      select: { (dispatch, nodes) throws(LaunchError) in try select(dispatch, from: nodes) },
      work: { (step) throws(UnfitStep) in try step.work() })
  }
}

extension StepInContext {
  /// What an agent must do: what `make` makes of the step's references, by whom and within which limits.
  ///
  /// `onServer`: the host is the member's and not the node's, whose attributes do not count then.
  func specification(
    onServer: Bool = false,
    _ make: (DataContext) throws(StepInvocationError) -> StepInvocation
  ) throws(UnfitStep) -> StepSpecification {
    let invocation: StepInvocation
    do throws(StepInvocationError) {
      invocation = try make(dataContext)
    } catch {
      throw UnfitStep(message: "\(error)")
    }
    let conduct = try conduct(onServer: onServer)
    var specification = StepSpecification(
      arguments: invocation.arguments, script: invocation.script,
      scriptExtension: invocation.scriptExtension, environment: invocation.environment,
      standardInput: invocation.standardInput, timeoutMilliseconds: remaining?.timeLimit,
      project: project, runAs: conduct.runAs, limits: StepLimits(conduct.limits),
      leavesChildren: conduct.leavesChildren ?? false, secrets: secrets)
    specification.take(optionFiles)
    return specification
  }

  /// What the step's references mean.
  var dataContext: DataContext {
    var context = DataContext()
    context.add(
      ResolvedOptions(plain: options, secure: secureOptions, argString: argString),
      of: job.options)
    if let node { context.add(node) }
    context.add(runFacts)
    if let failure { context.add(failure) }
    context.groups["globals"] = server.globals.merging(globals) { _, own in own }
    context.groups["execution"] = executionFacts
    context.captured = captured
    context.add(optionFiles)
    return context
  }

  private var page: String { "\(server.url)/project/\(project)/execution/show/\(execution)" }

  private var executionFacts: [String: String] {
    [
      "id": execution.description, "href": page, "user": user, "project": project,
      "loglevel": logLevel, "argstring": argString ?? "", "status": "running",
    ]
  }

  private var runFacts: RunFacts {
    RunFacts(
      jobName: job.name, jobGroup: job.group, jobID: jobID?.text ?? "",
      execution: execution.description, project: project, user: user, userEmail: userEmail,
      logLevel: logLevel,
      url: page, serverURL: server.url,
      serverUUID: server.uuid, threadCount: "\(threadCount)",
      filter: nodeFilter ?? job.nodeFilter?.filter ?? "name: \(node?.name ?? serverNode)",
      retryAttempt: retryAttempt, executionType: executionType)
  }
}

extension Duration {
  /// In whole milliseconds, at least one: a step that has no time left is ended at once.
  fileprivate var timeLimit: UInt64 {
    let (seconds, attoseconds) = components
    return UInt64(max(1, seconds * 1000 + attoseconds / 1_000_000_000_000_000))
  }
}
