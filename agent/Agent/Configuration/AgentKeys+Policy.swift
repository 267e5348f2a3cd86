public import Daemon

// What this host lets the control plane do with it. Nothing that the control plane sends can change it.

extension AgentKeys {
  public static let allowedProjects = ConfigurationKey(
    "quarterdeck.agent.allow.projects", .list, default: [],
    "Projects whose steps run here, as patterns with *, ? and […]. Empty: all.")

  public static let allowedUsers = ConfigurationKey(
    "quarterdeck.agent.allow.run-as", .list, default: [],
    """
    Users that steps run as, as patterns. Holds for the agent's own user too, which steps run as that name none. Empty: all \
    that the agent can become.
    """)

  public static let allowedDirectories = ConfigurationKey(
    "quarterdeck.agent.allow.directories", .paths, default: [],
    "Directories in and below which a step's working directory must be. Empty: everywhere.")

  public static let defaultUser = ConfigurationKey(
    "quarterdeck.agent.run-as", optional: .nonEmptyText,
    "The user that steps run as which name none; needs an agent that runs as root. Without it: the agent's user."
  )

  public static let stepLimit = ConfigurationKey(
    "quarterdeck.agent.steps.limit", optional: .count,
    "How many steps run at once; more wait in the agent's queue, first come, first served. Without it: any number."
  )

  public static let memoryLimit = ConfigurationKey(
    "quarterdeck.agent.limit.memory", optional: .size,
    "The most memory that a step may use. The stricter of this and the job's limit counts, for all limits."
  )

  public static let processorLimit = ConfigurationKey(
    "quarterdeck.agent.limit.cpu", optional: .percent,
    "The most processor time per time that a step may use, in percent of one processor; needs a cgroup."
  )

  public static let processorTimeLimit = ConfigurationKey(
    "quarterdeck.agent.limit.cpu-time",
    optional: .duration(in: .seconds, .seconds(1) ... .seconds(315_360_000)),
    "The most processor time that a step may use in all.")

  public static let processLimit = ConfigurationKey(
    "quarterdeck.agent.limit.processes", optional: .count,
    "The most processes and threads that a step may have at once.")

  public static let openFileLimit = ConfigurationKey(
    "quarterdeck.agent.limit.open-files", optional: .count,
    "The most files that each process of a step may have open.")

  public static let fileSizeLimit = ConfigurationKey(
    "quarterdeck.agent.limit.file-size", optional: .size,
    "The largest file that a process of a step may write.")

  static let policy: [any DescribedKey] = [
    allowedProjects, allowedUsers, allowedDirectories, defaultUser, stepLimit, memoryLimit,
    processorLimit, processorTimeLimit, processLimit, openFileLimit, fileSizeLimit,
  ]
}

// How much of the disk the output takes that the control plane has not stored yet.

extension AgentKeys {
  public static let spoolLimit = ConfigurationKey(
    "quarterdeck.agent.spool.limit", optional: .size,
    """
    How much of the disk the output of one step may take that the control plane has not stored yet. Without it: as \
    much as there is.
    """)

  public static let spoolTotal = ConfigurationKey(
    "quarterdeck.agent.spool.limit.total", optional: .size,
    "The same of all steps together. Without it: as much as there is.")

  public static let spoolReserve = ConfigurationKey(
    "quarterdeck.agent.spool.reserve", optional: .size,
    """
    What the spools leave free on their disk, for others and for the agent's own small files. Without it: 64 MB, or a tenth \
    of the disk if that is less.
    """)

  public static let spoolFull = ConfigurationKey(
    "quarterdeck.agent.spool.full", .oneOf, default: SpoolRules.Full.block,
    """
    What becomes of output that finds no room: block (the step waits in its write until there is room) or truncate (it is \
    dropped, and the log says where and how much).
    """)

  static let spool: [any DescribedKey] = [spoolLimit, spoolTotal, spoolReserve, spoolFull]
}

extension ValueForm<[String]> {
  /// Absolute paths with commas between them.
  static var paths: Self {
    Self(
      allowed: "absolute paths with commas between them",
      parse: { text in
        guard let entries = list.parse(text) else { return nil }
        return entries.allSatisfy { ValueForm<String>.path.parse($0) != nil } ? entries : nil
      },
      format: list.format)
  }
}
