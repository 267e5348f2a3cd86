public import Model
public import Store

/// Why this process cannot be the member that it is configured to be.
public enum MembershipError: Error, Sendable {
  /// Another process with this member's UUID renewed its heartbeat while it was watched; `age` is how old that
  /// heartbeat is.
  case uuidInUse(MemberRecord, age: Duration)
  /// Another process registered this member's UUID while this one was running; nil when it could not be read which.
  case superseded(Term, by: MemberRecord?)
}

extension MembershipError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .uuidInUse(let twin, let age):
      "another process is alive with this member's UUID \(twin.id): \(Self.name(twin)), heartbeat "
        + "\(max(0, age.milliseconds)) ms old; give each member a UUID of its own (rundeck.server.uuid) or stop "
        + "that process"
    case .superseded(let term, let newer):
      "the term \(term) of this process was taken by another process with the same UUID"
        + (newer.map { ": \(Self.name($0)), term \($0.term)" } ?? "")
        + "; this process ends, because two with one UUID would take everything from each other"
    }
  }

  private static func name(_ member: MemberRecord) -> String {
    "“\(member.name)” on host \(member.hostname) (\(member.url))"
  }
}
