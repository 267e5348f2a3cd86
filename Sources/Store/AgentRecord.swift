import Database
import FoundationEssentials
public import Model

/// An enrolled agent.
public struct AgentRecord: Sendable, Hashable {
  public var id: AgentID
  /// Unique; the name of its node.
  public var name: String
  /// SHA-256 of its secret, hexadecimal.
  public var credentialDigest: String
  /// Its host as a node.
  public var node: Node
  public var hostname: String
  /// Its program's version.
  public var version: String
  /// The boot id of its host when it last said hello.
  public var bootID: String
  public var enrolledAt: Instant
  /// When it was last heard of, by the database's clock.
  public var seenAt: Instant
  /// What it last said of its condition, and when, by the database's clock; nil: it said nothing yet.
  public var statement: AgentStatement?
  public var statedAt: Instant?
  /// Its own patience; nil: as the control plane's configuration says.
  public var awayAfter: Duration?
  public var lostAfter: Duration?

  init(row: Row) throws(StoreError) {
    id = AgentID(try row.text("id"))
    name = try row.text("name")
    credentialDigest = try row.text("credential_digest")
    node = try Self.node(try row.text("node"))
    hostname = try row.text("hostname")
    version = try row.text("version")
    bootID = try row.text("boot_id")
    enrolledAt = try row.instant("enrolled_at")
    seenAt = try row.instant("seen_at")
    statement = AgentStatement(text: try row.optionalText("condition"))
    statedAt = try row.optionalInstant("condition_at")
    awayAfter = try row.optionalInt("away_after").map { .microseconds($0) }
    lostAfter = try row.optionalInt("lost_after").map { .microseconds($0) }
  }

  private static func node(_ text: String) throws(StoreError) -> Node {
    do {
      return try JSONDecoder().decode(Node.self, from: Data(text.utf8))
    } catch {
      throw .corrupt(table: "agent", column: "node", value: text)
    }
  }

  static func text(_ node: Node) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    // A node is texts only: encoding it cannot fail.
    let data = (try? encoder.encode(node)) ?? Data("{}".utf8)
    return String(decoding: data, as: UTF8.self)
  }
}
