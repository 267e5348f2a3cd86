import Glibc
import Model
import StepSupervisor
import Wire

extension SupervisorLauncher {
  /// What the supervisor is told, if this host's policy lets the step run.
  func order(
    for specification: StepSpecification, of assignment: AssignmentID
  ) throws(LocalPolicy.Refusal) -> StepOrder {
    try policy.check(project: specification.project)
    let user = try StepUser.resolve(specification.runAs, policy, own: own)
    let directory = specification.workingDirectory ?? directory(of: user)
    try policy.check(directory: directory)
    let path = scriptPath(specification, of: assignment, isPublic: user != nil)
    var order = StepOrder(
      arguments: specification.arguments.map { $0.naming(scriptFile: path) },
      environment: variables(specification, of: assignment, user),
      workingDirectory: specification.workingDirectory ?? (user == nil ? directory : nil),
      standardInput: specification.standardInput,
      script: specification.script, scriptPath: path,
      graceMilliseconds: specification.graceMilliseconds,
      timeoutMilliseconds: specification.timeoutMilliseconds, bootID: bootID)
    order.credentials = user?.credentials
    order.limits = StepLimitOrder(specification.limits.stricter(policy.limits))
    order.leavesChildren = specification.leavesChildren
    order.secrets = specification.secrets
    order.cgroup = cgroups?.make(for: assignment)
    order.spoolLimit = [spool.limit, spool.total].compactMap(\.self).min()
    order.isTruncating = spool.full == .truncate
    return order
  }

  /// Where a step starts that names no directory.
  private func directory(of user: StepUser?) -> String {
    guard let user else { return environment.workingDirectory }
    return StepEnvironment.enterable(user.credentials.home) ?? "/"
  }

  private func variables(
    _ specification: StepSpecification, of assignment: AssignmentID, _ user: StepUser?
  ) -> [String] {
    var variables = environment.variables
    if let user {
      variables["HOME"] = user.credentials.home
      variables["USER"] = user.credentials.name
      variables["LOGNAME"] = user.credentials.name
      variables["SHELL"] = user.shell
    }
    variables.merge(specification.environment) { $1 }
    variables[StepTree.variable] = "\(spoolDirectory)/\(SpoolName.file(of: assignment))"
    return variables.map { "\($0)=\($1)" }
  }

  private func scriptPath(
    _ specification: StepSpecification, of assignment: AssignmentID, isPublic: Bool
  ) -> String? {
    guard specification.script != nil else { return nil }
    let base = "\(isPublic ? publicScripts : spoolDirectory)/\(assignment.number).script"
    let wanted = (specification.scriptExtension ?? "").filter {
      $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-")
    }
    return wanted.isEmpty ? base : "\(base).\(wanted)"
  }
}

extension StepLimitOrder {
  init(_ limits: StepLimits) {
    self.init(
      memoryBytes: limits.memoryBytes, cpuPermille: limits.cpuPermille,
      cpuSeconds: limits.cpuSeconds, processes: limits.processes, openFiles: limits.openFiles,
      fileBytes: limits.fileBytes)
  }
}
