import Database
import Model

/// A term in SQL: its conditions take `arguments` at `$1` and `$2`.
extension Term {
  /// Over table `member`: the term is the member's last, nobody fenced it and it has not left.
  static let condition =
    "uuid = $1 AND incarnation = $2 AND fenced_at IS NULL AND left_at IS NULL"

  /// The same with the arguments at other places.
  static func condition(_ member: String, _ incarnation: String) -> String {
    """
    EXISTS (SELECT 1 FROM member AS t WHERE t.uuid = \(member) AND t.incarnation = \(incarnation)
      AND t.fenced_at IS NULL AND t.left_at IS NULL)
    """
  }

  var arguments: [DatabaseValue] { [.text(member.text), .integer(incarnation)] }

  /// Locks the member's row until the transaction ends and answers no row when the term has ended.
  ///
  /// Members come first in the order of all locks: members by UUID, jobs, schedules and fires by job,
  /// executions by number, assignments by number. A write in the term's name locks with
  /// `forKeyShare`, which heartbeats and other writes pass; whoever ends the term locks with
  /// `forUpdate`, so it waits for those writes, and later ones find the term ended.
  func lock(_ strength: String) -> Statement {
    Statement("SELECT 1 FROM member WHERE \(Self.condition) \(strength)", arguments)
  }
}
