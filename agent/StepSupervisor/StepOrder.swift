/// What the agent tells a step supervisor, through a file in memory and never through its arguments:
/// it may hold secrets.
public struct StepOrder: Sendable, Hashable {
  /// argv, complete; the script's path is already in its places.
  public var arguments: [String]
  /// The whole environment of the step, each entry `NAME=VALUE`. A list, because the supervisor's start
  /// must not pay for a dictionary's runtime metadata.
  public var environment: [String]
  /// Where the step starts. Without it: `/`, or the home of the `credentials`.
  public var workingDirectory: String?
  public var standardInput: [UInt8]?
  public var script: [UInt8]?
  /// Where the script is written to, mode 0700, and removed from at the end. It belongs to the user of the
  /// `credentials`, who must be able to reach it: the directories above must let that user through.
  public var scriptPath: String?
  /// From SIGTERM to SIGKILL.
  public var graceMilliseconds: UInt64
  public var timeoutMilliseconds: UInt64?
  /// Of this boot of the host.
  public var bootID: String
  /// The user that the step runs as; nil: the supervisor's own, which is the agent's.
  public var credentials: StepCredentials?
  /// What the step may use of its host: the stricter of what the job and what the agent say.
  public var limits: StepLimitOrder
  /// Whether processes that the step's main process leaves behind live on when it has ended. The supervisor
  /// then says how many there are and ends; what they print afterwards is not read, and writing it raises
  /// SIGPIPE. A step that is killed or whose time is over is ended whole all the same.
  public var leavesChildren: Bool
  /// What must not be seen in the output.
  public var secrets: [[UInt8]]
  /// The path of a directory of a cgroup v2 hierarchy that holds no process, made for this step by the
  /// agent. The supervisor puts the step into it, ends it through it and removes it, unless children are
  /// left in it. Nil: the step is found through the supervisor's descendants.
  public var cgroup: String?
  /// How many bytes the spool may take on the disk; nil: as many as there is room for.
  public var spoolLimit: UInt64?
  /// What becomes of output that finds no room: with false the step waits in `write` until there is room,
  /// with true the output is dropped and a `dropped` frame says how much.
  public var isTruncating: Bool

  public init(
    arguments: [String], environment: [String] = [], workingDirectory: String? = nil,
    standardInput: [UInt8]? = nil, script: [UInt8]? = nil, scriptPath: String? = nil,
    graceMilliseconds: UInt64 = 5000, timeoutMilliseconds: UInt64? = nil, bootID: String,
    credentials: StepCredentials? = nil, limits: StepLimitOrder = StepLimitOrder(),
    leavesChildren: Bool = false, secrets: [[UInt8]] = [], cgroup: String? = nil,
    spoolLimit: UInt64? = nil, isTruncating: Bool = false
  ) {
    self.arguments = arguments
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.standardInput = standardInput
    self.script = script
    self.scriptPath = scriptPath
    self.graceMilliseconds = graceMilliseconds
    self.timeoutMilliseconds = timeoutMilliseconds
    self.bootID = bootID
    self.credentials = credentials
    self.limits = limits
    self.leavesChildren = leavesChildren
    self.secrets = secrets
    self.cgroup = cgroup
    self.spoolLimit = spoolLimit
    self.isTruncating = isTruncating
  }
}

/// A user that a step runs as. The agent looks it up (`getpwnam`, `getgrouplist`) and has to be root.
public struct StepCredentials: Sendable, Hashable {
  /// The login name: the step's USER and LOGNAME.
  public var name: String
  public var user: UInt32
  public var group: UInt32
  /// All supplementary groups.
  public var groups: [UInt32]
  /// The step's HOME.
  public var home: String

  public init(name: String, user: UInt32, group: UInt32, groups: [UInt32], home: String) {
    self.name = name
    self.user = user
    self.group = group
    self.groups = groups
    self.home = home
  }
}
