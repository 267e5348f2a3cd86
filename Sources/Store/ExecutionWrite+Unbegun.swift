import Database
public import Model

extension ExecutionWrite {
  /// Ends an execution that no member has begun, because somebody asked for it: one that waits for its
  /// time, or is queued and not claimed. Answers 0 rows when it has begun or ended.
  public static func endUnbegun(
    _ id: ExecutionID, _ status: ExecutionStatus, reason: String?, askedBy user: String,
    at instant: Instant, by term: Term
  ) -> ExecutionWrite {
    let arguments: [DatabaseValue] = [
      .integer(id.number), .text(status.rawValue), .text(reason), .instant(instant), .text(user),
    ]
    return ExecutionWrite(arguments + term.arguments, inNameOf: term) { _ in
      """
      UPDATE execution SET status = $2, end_reason = $3, ended_at = $4,
        abort_requested_at = COALESCE(abort_requested_at, $4),
        abort_requested_by = COALESCE(abort_requested_by, $5)
      WHERE id = $1 AND (status = 'scheduled' OR (status = 'queued' AND owner_member IS NULL))
        AND \(Term.condition("$6", "$7"))
      """
    }
  }
}
