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
  public let incarnation: Int64
  /// When this incarnation registered, by the database's clock.
  public let startedAt: Instant
  /// When it last said that it is alive, by the database's clock.
  public let heartbeatAt: Instant

  public var term: Term { Term(member: id, incarnation: incarnation) }

  init(row: Row) throws(StoreError) {
    id = MemberID(try row.text("uuid"))
    name = try row.text("name")
    url = try row.text("url")
    version = try row.text("version")
    hostname = try row.text("hostname")
    incarnation = try row.int("incarnation")
    startedAt = try row.instant("started_at")
    heartbeatAt = try row.instant("heartbeat_at")
  }
}

/// What a member says about itself when it registers.
public struct MemberFacts: Sendable, Hashable {
  public var id: MemberID
  public var name: String
  public var url: String
  public var version: String
  public var hostname: String

  public init(id: MemberID, name: String, url: String, version: String, hostname: String) {
    self.id = id
    self.name = name
    self.url = url
    self.version = version
    self.hostname = hostname
  }
}
