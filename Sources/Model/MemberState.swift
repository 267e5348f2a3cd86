/// How a member stands, as far as the others can tell from what it stored last.
public enum MemberState: String, Sendable, Hashable, Codable, CaseIterable {
  /// Its heartbeat is fresh.
  case active
  /// Its heartbeat is late: it acts no more, but nobody may take from it yet.
  case inactive
  /// Its heartbeat is so old that what it owns may be taken.
  case dead
  /// Its term was ended by another member, which took what it owned.
  case fenced
  /// It ended in order.
  case left
  /// It hands over what it owns and will leave.
  case draining
}
