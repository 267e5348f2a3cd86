import Daemon
import Logging
import Model
import Store

/// Keeps members with different keys apart: each would take the other's executions over and could not read their secure
/// options.
struct ClusterKeyCheck {
  /// A living member has another key.
  struct Problem: ExitCoded, Hashable, CustomStringConvertible {
    let member: String
    let theirs: String
    let ours: String
    /// Always ``ExitCode/configuration``.
    var exitCode: ExitCode { .configuration }
    var description: String {
      "\(ControlPlaneKeys.clusterKeyFile.name): this member's key is \(ours), and the cluster of \(member) uses "
        + "\(theirs): all members need the same file"
    }
  }

  let store: Store
  /// The id of this member's key.
  let key: String
  let member: MemberID
  /// How old another member's heartbeat may be for it to be alive.
  let dead: Duration
  let logger: Logger

  /// Throws `Problem`. When nobody else lives the new key counts from now on.
  func run() async throws {
    let noted = try await store.ask.clusterKey.note(key)
    guard noted != key else { return }
    let now = try await store.now()
    let living = try await store.ask.members.all().first {
      $0.id != member && $0.leftAt == nil && $0.fencedAt == nil
        && $0.heartbeatAt.duration(to: now) < dead
    }
    if let living { throw Problem(member: living.name, theirs: noted, ours: key) }
    try await store.ask.clusterKey.replace(with: key)
    logger.warning(
      """
      The cluster key is another one than before: secure options of executions that have not ended cannot be read, \
      nor can stored keys
      """,
      metadata: ["key": "\(key)", "former": "\(noted)"])
  }
}
