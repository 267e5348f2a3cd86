public import Database
public import Model

/// The processes that outlived a step's kill.
public struct Survivors: Sendable, Hashable {
  /// By number, joined by blanks.
  public let processes: String
  /// When the agent saw them.
  public let at: Instant

  public init(_ processes: String, at instant: Instant) {
    self.processes = processes
    at = instant
  }

  /// "microseconds PID PID".
  init?(stored text: String) {
    let parts = text.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, let number = Int64(parts[0]) else { return nil }
    self.init(String(parts[1]), at: Instant(microseconds: number))
  }

  var stored: String { "\(at.microseconds) \(processes)" }
}

extension AssignmentStore {
  /// Notes who outlived a step's kill: a statement for the transaction that stores the report.
  public static func note(_ survivors: Survivors, of assignment: AssignmentID) -> Statement {
    Statement(
      "UPDATE assignment SET survivors = $2 WHERE id = $1 AND state <> 'ended'",
      [.integer(assignment.number), .text(survivors.stored)])
  }
}
