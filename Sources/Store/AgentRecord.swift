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
