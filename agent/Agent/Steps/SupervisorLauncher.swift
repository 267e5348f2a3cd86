import CLinux
import Glibc
import Model
import StepSupervisor
import Wire

/// Starts a supervisor for a step.
struct SupervisorLauncher {
  let program: String
  let spoolDirectory: String
  let bootID: String
  /// What every step's environment begins with.
  let environment: StepEnvironment
  let policy: LocalPolicy
  let spool: SpoolRules
  /// Where steps get a cgroup each; nil: they get none.
  let cgroups: CgroupHome?
  /// Where the scripts of other users' steps are: such a user must be able to reach them.
  let publicScripts: String
  let own: (number: uid_t, name: String)
  private let null: Int32

  /// - Parameters:
  ///   - environment: the agent's own; a small part of it is for the steps.
  ///   - publicScripts: nil is the spool directory.
  init(
    program: String, spoolDirectory: String, bootID: String, environment: [String: String],
    policy: LocalPolicy = LocalPolicy(), spool: SpoolRules = SpoolRules(),
    cgroups: CgroupHome? = nil, publicScripts: String? = nil
  ) throws(AgentError) {
    self.policy = policy
    self.spool = spool
    self.cgroups = cgroups
    self.publicScripts = publicScripts ?? spoolDirectory
    guard access(program, X_OK) == 0 else { throw .noSupervisor(SystemError(program)) }
    self.program = program
    self.spoolDirectory = spoolDirectory
    self.bootID = bootID
    let account = StepEnvironment.Account.current
    self.environment = StepEnvironment(of: environment, account: account)
    own = (geteuid(), account?.name ?? String(geteuid()))
    null = try Self.nullAboveHandedOver()
  }

  /// The descriptors that are handed over as 3 and 4 must not have those numbers before: so they are taken.
  private static func nullAboveHandedOver() throws(AgentError) -> Int32 {
    while true {
      let file = open("/dev/null", O_RDWR | O_CLOEXEC)
      guard file >= 0 else { throw .file(SystemError("/dev/null")) }
      if file > Supervisor.Descriptor.order { return file }
    }
  }

  /// Starts the supervisor of one step; returns its process number.
  func launch(_ order: StepOrder, of assignment: AssignmentID, spool: Int32) throws(SystemError)
    -> pid_t
  {
    let order = try orderFile(order)
    defer { _ = close(order) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, null, 0)
    posix_spawn_file_actions_adddup2(&actions, null, 1)
    posix_spawn_file_actions_adddup2(&actions, spool, Supervisor.Descriptor.spool)
    posix_spawn_file_actions_adddup2(&actions, order, Supervisor.Descriptor.order)
    _ = qd_addclosefrom(&actions, Supervisor.Descriptor.order + 1)
    var attributes = Self.attributes()
    defer { posix_spawnattr_destroy(&attributes) }
    return try spawn(&actions, &attributes, name: String(assignment.number))
  }

  private func spawn(
    _ actions: inout posix_spawn_file_actions_t, _ attributes: inout posix_spawnattr_t,
    name: String
  ) throws(SystemError) -> pid_t {
    var process: pid_t = 0
    var argv: [UnsafeMutablePointer<CChar>?] = [
      strdup("quarterdeck-supervisor"), strdup(name), nil,
    ]
    var envp: [UnsafeMutablePointer<CChar>?] = [
      strdup("PATH=\(environment.variables["PATH"] ?? "")"), nil,
    ]
    defer { for pointer in argv + envp { free(pointer) } }
    let code = posix_spawn(&process, program, &actions, &attributes, &argv, &envp)
    guard code == 0 else { throw SystemError(program, code: code) }
    return process
  }

  /// A session of its own, and the signals that it takes through a descriptor blocked from the beginning: a kill
  /// request that comes early must not end the supervisor itself.
  private static func attributes() -> posix_spawnattr_t {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    var signals = sigset_t()
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    sigemptyset(&signals)
    sigaddset(&signals, SIGTERM)
    sigaddset(&signals, SIGCHLD)
    posix_spawnattr_setsigmask(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, qd_spawn_flags())
    return attributes
  }

  /// An anonymous file with the order: it may hold secrets.
  private func orderFile(_ order: StepOrder) throws(SystemError) -> Int32 {
    let file = qd_memfd("order")
    guard file >= 0 else { throw SystemError("memfd") }
    let bytes = order.bytes
    guard write(file, bytes, bytes.count) == bytes.count else {
      let code = errno
      _ = close(file)
      throw SystemError("memfd", code: code)
    }
    return file
  }
}

extension String {
  /// The text with U+0000, which stands for the script's file, replaced by the path that this file got.
  func naming(scriptFile path: String?) -> String {
    guard let path, utf8.contains(0) else { return self }
    return split(separator: "\0", omittingEmptySubsequences: false).joined(separator: path)
  }
}
