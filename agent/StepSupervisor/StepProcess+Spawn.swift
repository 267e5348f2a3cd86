import CLinux
import Glibc

extension StepProcess {
  /// Starts the main process, once more through `/bin/sh` for a script that does not name its interpreter,
  /// and once more without its cgroup when that cannot be entered.
  static func spawn(
    _ order: StepOrder, input: Int32, output: Int32, errors: Int32, cgroup: borrowing Cgroup
  ) throws(Failure) -> (process: pid_t, isInCgroup: Bool) {
    var start = qd_start()
    start.input = input
    start.output = output
    start.errors = errors
    start.cgroup = cgroup.openProcesses()
    defer { if start.cgroup >= 0 { _ = close(start.cgroup) } }
    var process = try spawn(&start, order.programs, order.arguments, order)
    if process < 0, start.stage == QD_STAGE_CGROUP {
      _ = close(start.cgroup)
      start.cgroup = -1
      process = try spawn(&start, order.programs, order.arguments, order)
    }
    if process < 0, start.code == ENOEXEC, order.arguments[0] == order.scriptPath {
      process = try spawn(&start, ["/bin/sh"], ["/bin/sh"] + order.arguments, order)
    }
    if process < 0 { throw failure(start, order) }
    return (process, start.cgroup >= 0)
  }

  private static func spawn(
    _ start: inout qd_start, _ programs: [String], _ arguments: [String], _ order: StepOrder
  ) throws(Failure) -> pid_t {
    let programs = CTexts(programs)
    let arguments = CTexts(arguments)
    let environment = CTexts(order.fullEnvironment)
    let directory = strdup(order.workingDirectory ?? order.credentials?.home ?? "/")
    defer { free(directory) }
    start.programs = programs.array
    start.arguments = arguments.array
    start.environment = environment.array
    start.directory = UnsafePointer(directory)
    start.is_directory_optional = order.workingDirectory == nil ? 1 : 0
    try become(order.credentials, &start)
    let groups = order.credentials?.groups ?? []
    let limits = order.limits.resources(for: order.credentials?.user ?? geteuid())
    return groups.withUnsafeBufferPointer { groups in
      limits.withUnsafeBufferPointer { limits in
        start.group_count = Int32(groups.count)
        start.groups = groups.baseAddress
        start.limit_count = Int32(limits.count)
        start.limits = limits.baseAddress
        return qd_start_process(&start)
      }
    }
  }

  /// The number that means "leave it as it is" to the kernel would be the agent's own user: it is refused.
  private static func become(
    _ credentials: StepCredentials?, _ start: inout qd_start
  ) throws(Failure) {
    guard let credentials else { return }
    guard credentials.user != .max, credentials.group != .max else {
      throw Failure("user \(credentials.name)", EINVAL)
    }
    start.has_user = 1
    start.user = credentials.user
    start.group = credentials.group
  }

  private static func failure(_ start: qd_start, _ order: StepOrder) -> Failure {
    switch start.stage {
    case QD_STAGE_CGROUP: Failure("cgroup \(order.cgroup ?? "")", start.code)
    case QD_STAGE_LIMIT: Failure("limits", start.code)
    case QD_STAGE_USER: Failure("user \(order.credentials?.name ?? "")", start.code)
    case QD_STAGE_DIRECTORY:
      Failure("working directory \(order.workingDirectory ?? "")", start.code)
    default: Failure(order.arguments[0], start.code)
    }
  }
}
