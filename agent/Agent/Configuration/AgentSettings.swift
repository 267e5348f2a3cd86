public import Daemon
import Glibc
public import Model
import Wire

/// What an agent needs to know before it does anything.
public struct AgentSettings: Sendable, Hashable {
  public var name: String?
  /// Base addresses of the control plane, without a slash at the end.
  public var servers: [String]
  public var tags: Set<String>
  public var attributes: [String: String]
  public var stateDirectory: String
  public var certificateFile: String?
  public var supervisor: String?
  /// What this host lets the control plane do with it.
  public var policy = LocalPolicy()
  public var spool = SpoolRules()
  public var cgroup = CgroupChoice.none
  /// How long the agent may be silent; nil: as the control plane's configuration says.
  public var awayAfter: Duration?
  public var lostAfter: Duration?

  public init(
    name: String? = nil, servers: [String] = [], tags: Set<String> = [],
    attributes: [String: String] = [:], stateDirectory: String, certificateFile: String? = nil,
    supervisor: String? = nil
  ) {
    self.name = name
    self.servers = servers.map(Self.withoutSlash)
    self.tags = tags
    self.attributes = attributes
    self.stateDirectory = stateDirectory
    self.certificateFile = certificateFile
    self.supervisor = supervisor
  }

  /// The settings that a checked configuration holds.
  public init(_ configuration: EffectiveConfiguration) {
    self.init(
      name: configuration[AgentKeys.name], servers: configuration[AgentKeys.servers],
      tags: Set(configuration[AgentKeys.tags]), attributes: configuration[AgentKeys.attributes],
      stateDirectory: configuration[AgentKeys.stateDirectory],
      certificateFile: configuration[AgentKeys.certificateFile],
      supervisor: configuration[AgentKeys.supervisor])
    policy = LocalPolicy(configuration)
    spool = SpoolRules(configuration)
    cgroup = configuration[AgentKeys.cgroup]
    awayAfter = configuration[AgentKeys.awayAfter]
    lostAfter = configuration[AgentKeys.lostAfter]
  }

  /// The node that this agent is, from what the host says and what the settings add.
  public func node(_ facts: HostFacts, name enrolled: String? = nil) -> Node {
    var all = attributes
    for (name, value) in facts.attributes { all[name] = value }
    return Node(name: enrolled ?? name ?? facts.hostname, tags: tags, attributes: all)
  }

  /// Why this host's agent cannot be enrolled under the name that it would have; nil when it can.
  public func nameProblem(_ facts: HostFacts) -> String? {
    let name = node(facts).name
    return AgentName.problem(name).map {
      "an agent cannot be called \(name.debugDescription): \($0)"
    }
  }

  /// A path from the root: programs started elsewhere find it too.
  public static func absolutePath(_ path: String) -> String {
    guard let whole = realpath(path, nil) else { return path }
    defer { free(whole) }
    return String(cString: whole)
  }

  /// An address without slashes at its end.
  public static func withoutSlash(_ address: String) -> String {
    var address = address
    while address.hasSuffix("/") { address.removeLast() }
    return address
  }
}

extension LocalPolicy {
  init(_ configuration: EffectiveConfiguration) {
    self.init()
    projects = configuration[AgentKeys.allowedProjects]
    users = configuration[AgentKeys.allowedUsers]
    directories = configuration[AgentKeys.allowedDirectories]
    defaultUser = configuration[AgentKeys.defaultUser]
    steps = configuration[AgentKeys.stepLimit]
    limits = StepLimits(
      memoryBytes: configuration[AgentKeys.memoryLimit],
      cpuPermille: configuration[AgentKeys.processorLimit],
      cpuSeconds: configuration[AgentKeys.processorTimeLimit].map { UInt64($0.components.seconds) },
      processes: configuration[AgentKeys.processLimit],
      openFiles: configuration[AgentKeys.openFileLimit],
      fileBytes: configuration[AgentKeys.fileSizeLimit])
  }
}

extension SpoolRules {
  init(_ configuration: EffectiveConfiguration) {
    self.init()
    limit = configuration[AgentKeys.spoolLimit]
    total = configuration[AgentKeys.spoolTotal]
    let reserve = configuration[AgentKeys.spoolReserve]
    self.reserve = reserve ?? Self.usualReserve
    isReserveScaled = reserve == nil
    full = configuration[AgentKeys.spoolFull]
  }
}
