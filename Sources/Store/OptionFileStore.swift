import Database
public import Model

extension StoreScope {
  /// Files that were uploaded for options.
  public var optionFiles: OptionFileStore { OptionFileStore(scope: self) }
}

/// Files that were uploaded for options: any member takes them in, and any member gives them out.
public struct OptionFileStore: Sendable {
  let scope: StoreScope

  /// How long an upload that its client gave up stays.
  static let uploadTime = Duration.seconds(3600)

  var columns: String {
    """
    f.id, f.project, f.job_id, f.option_name, f.username, f.file_name, f.member, f.size,
    f.digest, f.created_at, f.expires_at, f.execution_id, \(state) AS state
    """
  }

  private var state: String {
    """
    CASE WHEN f.state = 'temp' AND f.execution_id IS NULL AND f.expires_at <= \(scope.dialect.now)
      THEN 'expired' ELSE f.state END
    """
  }

  /// Makes room for a file whose bytes follow.
  public func begin(_ draft: OptionFileDraft) async throws(StoreError) {
    let now = scope.dialect.now
    try await scope.run(
      """
      INSERT INTO option_file (id, project, job_id, option_name, username, file_name, member, state,
        created_at, expires_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, 'uploading', \(now), \(now) + CAST($8 AS BIGINT))
      """,
      [
        .text(draft.id), .text(draft.project), .text(draft.job.text), .text(draft.option),
        .text(draft.user), .text(draft.fileName), .text(draft.member),
        .integer(Self.uploadTime.wholeMicroseconds),
      ])
  }

  /// Adds the bytes of a file from `position` on.
  public func add(
    _ bytes: [UInt8], at position: Int64, of id: String
  ) async throws(StoreError) {
    try await scope.run(
      "INSERT INTO option_file_piece (file_id, position, content) VALUES ($1, $2, $3)",
      [.text(id), .integer(position), .blob(bytes)])
  }

  /// Says that the file is whole: from now on it may be used, for `time`. False when there is no such upload.
  public func finish(
    _ id: String, size: Int64, digest: String, usableFor time: Duration
  ) async throws(StoreError) -> Bool {
    let result = try await scope.run(
      """
      UPDATE option_file SET state = 'temp', size = $2, digest = $3,
        expires_at = \(scope.dialect.now) + CAST($4 AS BIGINT)
      WHERE id = $1 AND state = 'uploading'
      """,
      [.text(id), .integer(size), .text(digest), .integer(time.wholeMicroseconds)])
    return result.changes == 1
  }

  /// Forgets files that never became whole, with their bytes.
  public func abandon(_ ids: [String]) async throws(StoreError) {
    for list in ValueList.lists(of: ids.map { .text($0) }) {
      try await scope.run(
        "DELETE FROM option_file WHERE id IN (\(list.marks)) AND state = 'uploading'",
        list.arguments)
    }
  }

  /// The file of that key.
  public func find(_ id: String) async throws(StoreError) -> OptionFileRecord? {
    try await find([id]).first
  }

  /// The files of these keys; keys that no file has are left out.
  public func find(_ ids: [String]) async throws(StoreError) -> [OptionFileRecord] {
    var found: [OptionFileRecord] = []
    for list in ValueList.lists(of: ids.map { .text($0) }) {
      found += try await scope.all(
        "SELECT \(columns) FROM option_file AS f WHERE f.id IN (\(list.marks)) ORDER BY f.id",
        list.arguments, as: OptionFileRecord.init(row:))
    }
    return found
  }

  /// The files that an execution uses.
  public func used(by execution: ExecutionID) async throws(StoreError) -> [OptionFileRecord] {
    try await scope.all(
      """
      SELECT \(columns) FROM option_file AS f JOIN option_file_use AS u ON u.file_id = f.id
      WHERE u.execution_id = $1 ORDER BY f.id
      """, [.integer(execution.number)], as: OptionFileRecord.init(row:))
  }

  /// A page of a job's files in one state, the newest first, and how many there are.
  public func list(
    of job: JobID, _ state: OptionFileRecord.State, limit: Int64, offset: Int64
  ) async throws(StoreError) -> (files: [OptionFileRecord], total: Int64) {
    let files = try await scope.all(
      """
      SELECT \(columns) FROM option_file AS f WHERE f.job_id = $1 AND \(self.state) = $2
      ORDER BY f.created_at DESC, f.id LIMIT $3 OFFSET $4
      """,
      [.text(job.text), .text(state.rawValue), .integer(limit), .integer(offset)],
      as: OptionFileRecord.init(row:))
    let total = try await scope.first(
      "SELECT COUNT(*) AS total FROM option_file AS f WHERE f.job_id = $1 AND \(self.state) = $2",
      [.text(job.text), .text(state.rawValue)]
    ) { row throws(StoreError) in try row.int("total") }
    return (files, total ?? 0)
  }
}

extension OptionFileRecord {
  init(row: Row) throws(StoreError) {
    id = try row.text("id")
    project = try row.text("project")
    job = JobID(try row.text("job_id"))
    option = try row.text("option_name")
    user = try row.text("username")
    fileName = try row.optionalText("file_name")
    member = try row.text("member")
    state = try row.value("state")
    size = try row.int("size")
    digest = try row.optionalText("digest")
    createdAt = try row.instant("created_at")
    expiresAt = try row.instant("expires_at")
    execution = try row.optionalInt("execution_id").map(ExecutionID.init)
  }
}
