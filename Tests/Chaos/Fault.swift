import TestSupport

/// What is done to a cluster in one round.
enum Fault: Sendable, Hashable {
  /// `kill -9`, and a new start after so many milliseconds.
  case killMember(Int, restartAfter: Int)
  /// `SIGSTOP` and, longer than a member counts as dead, `SIGCONT`.
  case freezeMember(Int, milliseconds: Int)
  /// The member's link to PostgreSQL forwards nothing for so long.
  case cutMember(Int, milliseconds: Int)
  /// An orderly stop, which hands over what the member owns, and a new start; one member after the other.
  case rollingRestart
  /// PostgreSQL is stopped, like a crash or orderly, and started again.
  case restartDatabase(isCrash: Bool)
  /// `kill -9` of an agent, and a new start after so many milliseconds.
  case killAgent(Int, restartAfter: Int)
  /// Nothing but edits of jobs.
  case calm

  /// One at random. Deaths of members are the most frequent.
  static func random(members: Int, using random: inout SeededGenerator) -> Fault {
    let member = Int.random(in: 0..<members, using: &random)
    switch Int.random(in: 0..<100, using: &random) {
    case ..<28: return .killMember(member, restartAfter: .random(in: 0...8_000, using: &random))
    case ..<46:
      return .freezeMember(member, milliseconds: .random(in: 6_000...9_000, using: &random))
    case ..<62: return .cutMember(member, milliseconds: .random(in: 4_000...9_000, using: &random))
    case ..<70: return .rollingRestart
    case ..<80: return .restartDatabase(isCrash: .random(using: &random))
    case ..<94: return .killAgent(member, restartAfter: .random(in: 0...3_000, using: &random))
    default: return .calm
    }
  }

  /// What the report counts it as.
  var kind: String {
    switch self {
    case .killMember: "kill -9 of a member"
    case .freezeMember: "SIGSTOP and SIGCONT of a member"
    case .cutMember: "member cut off from PostgreSQL"
    case .rollingRestart: "rolling restart"
    case .restartDatabase(isCrash: true): "crash of PostgreSQL"
    case .restartDatabase(isCrash: false): "restart of PostgreSQL"
    case .killAgent: "kill -9 of an agent"
    case .calm: "edits only"
    }
  }
}
