public import Daemon

/// The agent's configuration keys.
public enum AgentKeys {
  public static let name = ConfigurationKey(
    "quarterdeck.agent.name", optional: AgentName.form,
    "The name of this agent's node; the host's name when it is not given.")

  public static let servers = ConfigurationKey(
    "quarterdeck.agent.server", .addresses, default: [],
    "Addresses of the control plane, tried one after the other. What enroll was given counts when it is empty."
  )

  public static let tags = ConfigurationKey(
    "quarterdeck.agent.tags", .list, default: [], "Tags of this agent's node.")

  public static let stateDirectory = ConfigurationKey(
    "quarterdeck.agent.state.directory", .path, default: "/var/lib/quarterdeck-agent",
    "Where the credential and the spools are kept; made with mode 0700.")

  public static let certificateFile = ConfigurationKey(
    "quarterdeck.agent.ca.file", optional: .path,
    "A PEM file with the only certificates to trust the control plane by.")

  public static let supervisor = ConfigurationKey(
    "quarterdeck.agent.supervisor", optional: .path,
    "The program quarterdeck-supervisor; beside quarterdeck-agent when it is not given.")

  public static let attributes = ConfigurationFamily(
    "quarterdeck.agent.attribute.", "A free attribute of this agent's node.")

  /// All of them.
  public static let schema = ConfigurationSchema(
    keys: [name, servers, tags, stateDirectory, certificateFile, supervisor] + policy + spool
      + [awayAfter, lostAfter, cgroup],
    families: [attributes])
}

// MARK: How long it may be silent, and where its steps live.

extension AgentKeys {
  public static let awayAfter = ConfigurationKey(
    "quarterdeck.agent.away-after",
    optional: .duration(in: .seconds, .seconds(30) ... .seconds(31_536_000)),
    "After which silence the control plane counts this agent as away. Without it: 45 seconds.")

  public static let lostAfter = ConfigurationKey(
    "quarterdeck.agent.lost-after",
    optional: .duration(in: .seconds, .seconds(30) ... .seconds(31_536_000)),
    """
    After which silence of this agent the control plane gives up the steps that it may have begun. Without it: the \
    control plane's quarterdeck.agent.lostAfter.
    """)

  public static let cgroup = ConfigurationKey(
    "quarterdeck.agent.cgroup", CgroupChoice.form, default: .automatic,
    """
    Where steps get a cgroup each: auto (below the agent's own when the service manager has delegated it), none, or a \
    directory of a cgroup v2 hierarchy that belongs to the agent.
    """)
}

extension ValueForm<[String]> {
  /// Addresses of a control plane, with commas between them.
  static var addresses: Self {
    let address = ValueForm<String>.url()
    return Self(
      allowed: "URLs that begin with http:// or https://, with commas between them",
      parse: { text in
        guard let entries = list.parse(text) else { return nil }
        let addresses = entries.compactMap(address.parse)
        return addresses.count == entries.count ? addresses : nil
      },
      format: list.format)
  }
}
