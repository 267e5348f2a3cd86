/// What one process of a member calls all its connections to the database (`application_name` on
/// PostgreSQL). No two processes may have the same: give it a random part.
public struct MemberSession: Sendable, Hashable, CustomStringConvertible {
  public let name: String
  public var description: String { name }

  /// The name, without what is not printable ASCII and cut at 63 bytes, of which PostgreSQL keeps no more.
  public init(_ name: String) {
    let kept = name.utf8.filter { (0x21...0x7E).contains($0) }.prefix(63)
    self.name = String(decoding: Array(kept), as: UTF8.self)
  }

  /// Nil for a member that gave none.
  init?(stored name: String) {
    if name.isEmpty { return nil }
    self.name = name
  }
}
