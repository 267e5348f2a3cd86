import Daemon
import Glibc

/// How much the spools may grow. Pure.
struct SpoolRoom: Sendable, Hashable {
  /// What all of them hold that is not stored. What supervisors reserve ahead does not count: a step that waits gives
  /// nothing of that back, so that all could wait for each other.
  var used: UInt64
  /// What the disk has free.
  var free: UInt64
  var rules: SpoolRules
  /// What all of them take on the disk.
  var taken: UInt64 = 0

  /// What they may take on top, all together.
  var rest: UInt64 {
    let ofTotal = rules.total.map { $0 > used ? $0 - used : 0 } ?? .max
    return min(ofTotal, free > rules.reserve ? free - rules.reserve : 0)
  }

  /// Too little for another step's first frames.
  var isFull: Bool { rest < 64 << 10 && (rules.total != nil || rules.reserve > 0) }

  /// Whether what the control plane has stored should give its blocks back.
  var isTight: Bool {
    if let total = rules.total, max(used, taken) > total / 2 { return true }
    return rest < 256 << 20
  }

  /// How much each of so many running steps may write until the room is looked at again; nil: there is enough.
  func share(of steps: Int) -> UInt64? {
    guard rules.total != nil || rules.reserve > 0, steps > 0 else { return nil }
    let share = rest / UInt64(steps)
    return share >= Self.plenty ? nil : share
  }

  /// More than a step writes from one look to the next.
  static let plenty: UInt64 = 1 << 30

  /// Why there is no room, for people; nil when there is.
  var complaint: String? {
    guard isFull else { return nil }
    if let total = rules.total, used + (64 << 10) > total {
      return "the spools take \(ByteCount.short(used)) of the \(ByteCount.short(total)) that "
        + "\(AgentKeys.spoolTotal.name) allows"
    }
    return "the spools' disk has \(ByteCount.short(free)) free, of which "
      + "\(AgentKeys.spoolReserve.name) keeps \(ByteCount.short(rules.reserve))"
  }

  /// How large a directory's disk is.
  static func size(at directory: String) -> UInt64 {
    var status = statvfs()
    guard statvfs(directory, &status) == 0 else { return .max }
    return UInt64(status.f_blocks) * UInt64(status.f_frsize)
  }

  /// What is free for this process on a directory's disk.
  static func free(at directory: String) -> UInt64 {
    var status = statvfs()
    guard statvfs(directory, &status) == 0 else { return .max }
    return UInt64(status.f_bavail) * UInt64(status.f_frsize)
  }
}
