public import Daemon

/// The control plane's configuration keys: Rundeck's names where Rundeck has the key, `quarterdeck.*` where it
/// has not.
public enum ControlPlaneKeys {
  /// Everything that the control plane reads, in the order of the administrator's guide.
  public static let schema = ConfigurationSchema(
    keys: server + database + member + ClusterKeys.all + security + execution
      + StepKeys.all + OptionKeys.all + KeyStorageKeys.all + PluginKeys.all + LogStorageKeys.all
      + NotificationKeys.all + MailKeys.all,
    families: [ClusterKeys.profiles, MailKeys.templates, StepKeys.globals, StepKeys.logFilters]
      + KeyStorageKeys.families + PluginKeys.values)

  private static let server: [any DescribedKey] = [
    address, port, serverURL, bodyLimit, bodyTimeout, peerTimeout, tlsCertificate, tlsKey,
  ]
  private static let database: [any DescribedKey] =
    [
      databaseURL, databaseUsername, databasePassword, databasePoolSize, ledgerRetention,
    ] + RetentionKeys.all
  private static let member: [any DescribedKey] = [
    stateDirectory, memberUUID, memberName, sidecar,
  ]
  private static let security: [any DescribedKey] = [
    tokensFile, realmFile, maximumTokenDuration, clusterKeyFile,
  ]
  private static let execution: [any DescribedKey] = [
    capacity, agentWait, agentLost, agentPing,
  ]
}

// MARK: The HTTP server.

extension ControlPlaneKeys {
  public static let address = ConfigurationKey(
    "server.address", .nonEmptyText, default: "0.0.0.0",
    "The address that the HTTP server listens on.")

  public static let port = ConfigurationKey(
    "server.port", .int(0...65_535), default: 4_440,
    "The TCP port of the HTTP server; 0 takes a free one.")

  public static let serverURL = ConfigurationKey(
    "grails.serverURL", optional: .url(),
    """
    The address under which users and agents reach the service, as links in answers show it. Without it: \
    this host's name and server.port.
    """)

  public static let bodyLimit = ConfigurationKey(
    "quarterdeck.http.bodyLimit", .int(1_024...1_073_741_824), default: 16_777_216,
    "The largest body of a request to the API, in bytes.")

  public static let bodyTimeout = ConfigurationKey(
    "quarterdeck.http.bodyTimeout", .duration(in: .seconds, .milliseconds(100) ... .seconds(3_600)),
    default: .seconds(60),
    "How long the body of a request to the API may take to arrive; a plain number is seconds.")

  public static let peerTimeout = ConfigurationKey(
    "quarterdeck.http.peerTimeout", .duration(in: .seconds, .seconds(1) ... .seconds(86_400)),
    default: .seconds(60),
    """
    How long the other end of a connection may be gone without a word until the connection ends; a plain \
    number is seconds.
    """)

  public static let tlsCertificate = ConfigurationKey(
    "quarterdeck.tls.certificate", optional: .path,
    "A PEM file with the server's certificate chain; with it the server speaks HTTPS only.")

  public static let tlsKey = ConfigurationKey(
    "quarterdeck.tls.key", optional: .path, "A PEM file with the certificate's private key.")
}

// MARK: The database.

extension ControlPlaneKeys {
  public static let databaseURL = ConfigurationKey(
    "dataSource.url", optional: .nonEmptyText,
    """
    Where the record is kept: jdbc:postgresql://…, postgresql://… (several hosts allowed), or sqlite:/path. \
    Without it: SQLite in the state directory.
    """)

  public static let databaseUsername = ConfigurationKey(
    "dataSource.username", optional: .nonEmptyText, "The database user, unless the URL names one.")

  public static let databasePassword = ConfigurationKey(
    "dataSource.password", optional: .secret, "The database user's password.")

  public static let databasePoolSize = ConfigurationKey(
    "quarterdeck.database.connections", .int(2...200), default: 10,
    "How many connections to PostgreSQL this member holds at most.")

  public static let ledgerRetention = ConfigurationKey(
    "quarterdeck.ledger.retention",
    .duration(in: .days, .seconds(86_400) ... .seconds(86_400 * 36_500)),
    default: .seconds(90 * 86_400),
    """
    How long the fire ledger, former versions of schedules, decisions and members that are gone are kept; a \
    plain number is days.
    """)
}

// MARK: The member.

extension ControlPlaneKeys {
  public static let stateDirectory = ConfigurationKey(
    "quarterdeck.state.directory", .path, default: "/var/lib/quarterdeck",
    """
    The folder for what this member must find again after a restart: its UUID, the SQLite database, the \
    cluster key, the first password of admin. Only its user may read it.
    """)

  public static let memberUUID = ConfigurationKey(
    "rundeck.server.uuid", optional: .uuid,
    "This member's UUID. Without it: generated once and kept in the state directory.")

  public static let memberName = ConfigurationKey(
    "rundeck.server.name", aliases: ["framework.server.name"], optional: .nonEmptyText,
    "This member's name for people. Without it: the host's name.")

  public static let sidecar = ConfigurationKey(
    "quarterdeck.sidecar", optional: .nonEmptyText,
    """
    The name of the agent on this member's own host, where jobs without a node filter run. Without it: the \
    agent that reports this host's name.
    """)
}

// MARK: Users, tokens, secrets.

extension ControlPlaneKeys {
  public static let tokensFile = ConfigurationKey(
    "rundeck.tokens.file", optional: .path,
    "A file of static API tokens, a line each: user: token,role,role. Read again when it changes.")

  public static let realmFile = ConfigurationKey(
    "quarterdeck.realm.file", optional: .path,
    "A realm.properties file of users, a line each: user: password,role,role.")

  public static let maximumTokenDuration = ConfigurationKey(
    "rundeck.api.tokens.duration.max",
    .duration(in: .seconds, .seconds(0) ... .seconds(315_360_000)), default: .seconds(2_592_000),
    "The longest life of an API token that is created through the API; 0 sets no limit.")

  public static let clusterKeyFile = ConfigurationKey(
    "quarterdeck.cluster.key.file", optional: .path,
    """
    The file with the key that seals secrets in the database; the same on all members. Without it: \
    cluster.key in the state directory, made at the first start.
    """)
}

// MARK: Executions and agents.

extension ControlPlaneKeys {
  public static let capacity = ConfigurationKey(
    "rundeck.quartz.threadPool.threadCount", .int(1...100_000), default: 10,
    """
    How many running executions this member counts as fully loaded, for the choice between members; it is no \
    limit.
    """)

  public static let agentWait = ConfigurationKey(
    "quarterdeck.agent.wait", .duration(in: .seconds, .seconds(0) ... .seconds(86_400)),
    default: .seconds(60),
    "How long a step waits for an agent that is not connected before the step fails on that node.")

  public static let agentLost = ConfigurationKey(
    "quarterdeck.agent.lostAfter",
    .duration(in: .seconds, .seconds(0) ... .seconds(31_536_000)), default: .seconds(86_400),
    """
    How long a step that its agent may have begun waits for that agent to come back before the step \
    fails as lost; it may well run on in the meantime.
    """)

  public static let agentPing = ConfigurationKey(
    "quarterdeck.agent.ping", .duration(in: .seconds, .milliseconds(100) ... .seconds(300)),
    default: .seconds(10),
    "How often an idle agent's stream gets a sign of life; an agent reconnects after three without one."
  )
}
