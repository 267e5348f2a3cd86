import Database
public import Model

/// A member of the cluster as it is registered.
public struct MemberRecord: Sendable, Hashable {
  public let id: MemberID
  public let name: String
  /// Where its API answers.
  public let url: String
  public let version: String
  public let hostname: String
  /// What remote-execution policies select by, in the order given.
  public let tags: [String]
  public let incarnation: Int64
  /// What all its connections to the database are called; nil when they have no name of their own.
  public let session: MemberSession?
  /// When this incarnation registered, by the database's clock.
  public let startedAt: Instant
  /// When it last said that it is alive, by the database's clock.
  public let heartbeatAt: Instant
  /// What it said then.
  public let load: MemberLoad
  /// Whether it hands over what it owns and will leave.
  public let isDraining: Bool
  /// When its term was ended by another member, and by which.
  public let fencedAt: Instant?
  public let fencedBy: MemberID?
  /// When it ended in order.
  public let leftAt: Instant?

  public init(
    id: MemberID, name: String, url: String, version: String, hostname: String, tags: [String],
    incarnation: Int64, session: MemberSession? = nil, startedAt: Instant, heartbeatAt: Instant,
    load: MemberLoad, isDraining: Bool, fencedAt: Instant? = nil, fencedBy: MemberID? = nil,
    leftAt: Instant? = nil
  ) {
    self.id = id
    self.name = name
    self.url = url
    self.version = version
    self.hostname = hostname
    self.tags = tags
    self.incarnation = incarnation
    self.session = session
    self.startedAt = startedAt
    self.heartbeatAt = heartbeatAt
    self.load = load
    self.isDraining = isDraining
    self.fencedAt = fencedAt
    self.fencedBy = fencedBy
    self.leftAt = leftAt
  }

  public var term: Term { Term(member: id, incarnation: incarnation) }

  static let columns = """
    uuid, name, url, version, hostname, tags, incarnation, session, started_at, heartbeat_at, running, \
    capacity, cpu_load, draining, fenced_at, fenced_by, left_at
    """

  init(row: Row) throws(StoreError) {
    id = MemberID(try row.text("uuid"))
    name = try row.text("name")
    url = try row.text("url")
    version = try row.text("version")
    hostname = try row.text("hostname")
    tags = try row.text("tags").split(separator: ",").map(String.init)
    incarnation = try row.int("incarnation")
    session = MemberSession(stored: try row.text("session"))
    startedAt = try row.instant("started_at")
    heartbeatAt = try row.instant("heartbeat_at")
    load = MemberLoad(
      running: Int(try row.int("running")), capacity: Int(try row.int("capacity")),
      cpuPermille: Int(try row.int("cpu_load")))
    isDraining = try row.bool("draining")
    fencedAt = try row.optionalInstant("fenced_at")
    fencedBy = try row.optionalText("fenced_by").map(MemberID.init)
    leftAt = try row.optionalInstant("left_at")
  }
}

/// How busy a member is, as it says with each heartbeat.
public struct MemberLoad: Sendable, Hashable {
  /// How many executions it carries.
  public var running: Int
  /// How many it may carry.
  public var capacity: Int
  /// The share of its host's processors that is in use, in thousandths.
  public var cpuPermille: Int

  public init(running: Int = 0, capacity: Int = 0, cpuPermille: Int = 0) {
    self.running = running
    self.capacity = capacity
    self.cpuPermille = cpuPermille
  }
}

/// What a member says about itself when it registers.
public struct MemberFacts: Sendable, Hashable {
  public var id: MemberID
  public var name: String
  public var url: String
  public var version: String
  public var hostname: String
  /// What remote-execution policies select by: without commas.
  public var tags: [String]
  /// What all connections of this process to the database are called, so that the others can end them
  /// when the member is fenced; nil when they have no name of their own.
  public var session: MemberSession?

  public init(
    id: MemberID, name: String, url: String, version: String, hostname: String,
    tags: [String] = [], session: MemberSession? = nil
  ) {
    self.id = id
    self.name = name
    self.url = url
    self.version = version
    self.hostname = hostname
    self.tags = tags
    self.session = session
  }
}
