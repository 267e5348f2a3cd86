public import Model

/// How many executions of a job may go on at once, and whether a run stands behind those that wait.
public struct JobRoom: Sendable, Hashable {
  public var job: JobID
  public var limit: Int64
  /// Whether it does not overtake executions that wait for their turn.
  public var isInLine: Bool

  public init(_ job: JobID, limit: Int64, isInLine: Bool = false) {
    self.job = job
    self.limit = limit
    self.isInLine = isInLine
  }
}

/// What an insertion of an execution asks of its job's room.
public enum JobAdmission: Sendable, Hashable {
  /// Nothing: it takes nobody's room, or that of the one which it follows in the same commit.
  case always
  /// That there is room, and that nobody stands before it where it is in line.
  case whenFree
  /// The contrary, and that fewer than so many wait: for a draft that waits, or that was skipped.
  case whenFull(waitingBelow: Int64?)
}

/// The SQL of a job's room. An execution goes on from when it is queued for a member until it ends; whoever runs the
/// job as a reference counts once, and does not keep itself out. Room that was taken for a reference counts while whoever
/// took it may still enter the job's workflow, or has.
enum JobRoomSQL {
  /// The executions of table `prefix` that take room of their job.
  static func goesOn(_ prefix: String) -> String {
    "\(prefix).status IN ('queued', 'running') AND \(prefix).waits_for IS NULL"
  }

  /// Those that wait for their turn.
  static func isInLine(_ prefix: String) -> String {
    "\(prefix).status = 'queued' AND \(prefix).waits_for IS NOT NULL"
  }

  /// How many executions of the job go on, but for one.
  static func used(_ job: String, but execution: String) -> String {
    """
    ((SELECT COUNT(*) FROM execution AS o
      WHERE o.job_id = \(job) AND o.id <> \(execution) AND \(goesOn("o")))
    + (SELECT COUNT(DISTINCT h.execution_id) FROM job_hold AS h
      JOIN execution AS x ON x.id = h.execution_id AND x.status = 'running'
      WHERE h.job_id = \(job) AND h.execution_id <> \(execution)
        AND \(isInUse)))
    """
  }

  /// Whether room `h` that execution `x` took is in use: by whoever carries it now, or by a workflow that was entered.
  static let isInUse =
    """
    (h.epoch = x.epoch OR EXISTS (SELECT 1 FROM nested_workflow AS n
      WHERE n.execution_id = h.execution_id AND n.step = h.step AND n.node = h.node))
    """

  /// How many wait for their turn.
  static func waiting(_ job: String) -> String {
    "(SELECT COUNT(*) FROM execution AS w WHERE w.job_id = \(job) AND \(isInLine("w")))"
  }

  /// Who waits longest for its turn. Numbers do not tell: members take them in blocks.
  static func first(of job: String) -> String {
    """
    (SELECT f.id FROM execution AS f WHERE f.job_id = \(job) AND \(isInLine("f"))
      ORDER BY f.chosen_at, f.id LIMIT 1)
    """
  }

  /// Whether the job has room for that execution; `isInLine` is a mark of 0 or 1.
  static func isFree(_ job: String, _ limit: String, _ isInLine: String, for id: String) -> String {
    """
    (\(used(job, but: id)) < CAST(\(limit) AS BIGINT)
      AND (CAST(\(isInLine) AS BIGINT) = 0 OR \(waiting(job)) = 0))
    """
  }

  /// The same for an execution that asks only if it has a job here.
  static func isFreeIfAsked(
    _ job: String, _ limit: String, _ isInLine: String, for id: String
  ) -> String {
    "(CAST(\(job) AS TEXT) IS NULL OR \(isFree(job, limit, isInLine, for: id)))"
  }
}
