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
    var specification = specification
    specification.place(filePaths(specification, of: assignment))
    hand(specification.files.count, of: assignment, to: user)
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

extension SupervisorLauncher {
  /// Where the files are that a step is given.
  func filePaths(_ specification: StepSpecification, of assignment: AssignmentID) -> [String] {
    specification.files.indices.map {
      "\(publicScripts)/\(SpoolName.given($0, to: assignment))"
    }
  }

  /// Lets the step's user read its files.
  private func hand(_ count: Int, of assignment: AssignmentID, to user: StepUser?) {
    guard let user else { return }
    for number in 0..<count {
      let path = "\(publicScripts)/\(SpoolName.given(number, to: assignment))"
      _ = chown(path, user.credentials.user, user.credentials.group)
    }
  }
}

extension StepSpecification {
  /// Writes the files' paths where their markers stand.
  fileprivate mutating func place(_ paths: [String]) {
    for (file, path) in zip(files, paths) where !file.pathMarker.isEmpty {
      arguments = arguments.map { $0.placing(path, for: file.pathMarker) }
      environment = environment.mapValues { $0.placing(path, for: file.pathMarker) }
      script = script.map { Self.placing(path, for: file.pathMarker, in: $0) }
      standardInput = standardInput.map { Self.placing(path, for: file.pathMarker, in: $0) }
    }
  }

  private static func placing(
    _ path: String, for pathMarker: String, in bytes: [UInt8]
  ) -> [UInt8] {
    let wanted = Array(pathMarker.utf8)
    var result: [UInt8] = []
    var position = 0
    while position < bytes.count {
      if bytes[position] == wanted[0], bytes[position...].starts(with: wanted) {
        result += Array(path.utf8)
        position += wanted.count
      } else {
        result.append(bytes[position])
        position += 1
      }
    }
    return result
  }
}

extension String {
  fileprivate func placing(_ path: String, for pathMarker: String) -> String {
    guard utf8.count >= pathMarker.utf8.count else { return self }
    var result = ""
    var rest = self[...]
    while let start = rest.firstIndex(of: pathMarker.first!) {
      result += rest[..<start]
      rest = rest[start...]
      if rest.hasPrefix(pathMarker) {
        result += path
        rest = rest.dropFirst(pathMarker.count)
      } else {
        result.append(rest.removeFirst())
      }
    }
    return result + rest
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
