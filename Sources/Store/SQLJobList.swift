import Database
import Model

/// Jobs of a statement, `IN (\(marks))`, by identifier.
struct SQLJobList {
  let arguments: [DatabaseValue]
  /// `$3, $4, …`
  let marks: String

  /// `first` is the number of the first one's argument.
  init(_ jobs: some Collection<JobID>, from first: Int) {
    self.init(values: jobs.map { .text($0.text) }, from: first)
  }

  private init(values: [DatabaseValue], from first: Int) {
    arguments = values
    marks = (first..<(first + values.count)).map { "$\($0)" }.joined(separator: ", ")
  }

  /// The jobs in as many lists as it takes, all of them in the order of their identifiers.
  static func lists(of jobs: some Collection<JobID>, from first: Int) -> [SQLJobList] {
    let sorted = Set(jobs.map(\.text)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    return ValueList.lists(of: sorted.map { .text($0) }).map {
      SQLJobList(values: $0.arguments, from: first)
    }
  }

  /// The same with the arguments at the beginning, for a statement of their own.
  private var alone: SQLJobList { SQLJobList(values: arguments, from: 1) }

  /// Locks the schedules until the transaction ends.
  func lock(_ strength: String, _ dialect: Dialect) -> Statement {
    Statement(
      """
      SELECT 1 FROM schedule WHERE job_id IN (\(alone.marks))
      ORDER BY job_id \(dialect.bytewise) \(strength)
      """, arguments)
  }

  /// Closes the versions that are not the schedules' any more, and opens those that are.
  var newVersions: [Statement] {
    [
      Statement(
        """
        UPDATE schedule_version SET valid_until = s.valid_from FROM schedule AS s
        WHERE s.job_id IN (\(alone.marks)) AND schedule_version.job_id = s.job_id
          AND schedule_version.version < s.version AND schedule_version.valid_until IS NULL
        """, arguments),
      Statement(
        """
        INSERT INTO schedule_version (job_id, version, project, rule, is_enabled, valid_from, valid_until)
        SELECT job_id, version, project, rule, is_enabled, valid_from, NULL FROM schedule
        WHERE job_id IN (\(alone.marks))
        ON CONFLICT (job_id, version) DO NOTHING
        """, arguments),
    ]
  }
}
