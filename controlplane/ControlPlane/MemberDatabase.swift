public import Database
public import Store

/// The database of a member.
public struct MemberDatabase: Sendable {
  public let engine: any Database
  /// How this process's connections are known there, and its notices to the other members.
  public let session: MemberSession
  /// Whether no other process can have it open.
  public let isExclusive: Bool
  /// Whether other members use it too: then this one hands over to them when it stops.
  public let isShared: Bool

  public init(engine: any Database, session: MemberSession, isExclusive: Bool, isShared: Bool) {
    self.engine = engine
    self.session = session
    self.isExclusive = isExclusive
    self.isShared = isShared
  }

  /// The same, with its outages noticed.
  func attended(_ outage: DatabaseOutage) -> MemberDatabase {
    MemberDatabase(
      engine: AttendedDatabase(engine, outage), session: session, isExclusive: isExclusive,
      isShared: isShared)
  }
}
