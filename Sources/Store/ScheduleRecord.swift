import Database
public import Model

/// The schedule of a job as it stands.
public struct ScheduleRecord: Sendable, Hashable {
  public let job: JobID
  public let project: String
  /// Grows with each change of the rule or of whether it is enabled.
  public let version: Int64
  /// Nil when the job has no schedule any more, or is gone: the owner only settles what was due until
  /// `validFrom`, and `advance` up to there removes the record.
  public let rule: JobSchedule?
  public let isEnabled: Bool
  /// From when on this version holds, that instant not included.
  public let validFrom: Instant
  /// Who fires it; nil when nobody does.
  public let owner: MemberID?
  /// Every instant up to and including this one has its outcome in the ledger.
  public let settledUntil: Instant
  /// When anything of this but `settledUntil` was last changed.
  public let updatedAt: Instant

  public init(
    job: JobID, project: String, version: Int64, rule: JobSchedule?, isEnabled: Bool,
    validFrom: Instant, owner: MemberID?, settledUntil: Instant, updatedAt: Instant
  ) {
    self.job = job
    self.project = project
    self.version = version
    self.rule = rule
    self.isEnabled = isEnabled
    self.validFrom = validFrom
    self.owner = owner
    self.settledUntil = settledUntil
    self.updatedAt = updatedAt
  }

  static let columns =
    "job_id, project, version, rule, is_enabled, valid_from, owner_member, settled_until, updated_at"

  init(row: Row, rules: inout StoredRules) throws(StoreError) {
    job = JobID(try row.text("job_id"))
    project = try row.text("project")
    version = try row.int("version")
    rule = try rules.rule(try row.optionalText("rule"))
    isEnabled = try row.bool("is_enabled")
    validFrom = try row.instant("valid_from")
    owner = try row.optionalText("owner_member").map(MemberID.init)
    settledUntil = try row.instant("settled_until")
    updatedAt = try row.instant("updated_at")
  }
}

/// A schedule as it was for a time. The instants of its rule that lie in (`validFrom`, `validUntil`] were
/// due, if it was enabled.
public struct ScheduleVersion: Sendable, Hashable {
  public let job: JobID
  public let version: Int64
  public let project: String
  /// Nil while the job had no schedule.
  public let rule: JobSchedule?
  public let isEnabled: Bool
  public let validFrom: Instant
  /// Nil for the version that holds now.
  public let validUntil: Instant?

  public init(
    job: JobID, version: Int64, project: String, rule: JobSchedule?, isEnabled: Bool,
    validFrom: Instant, validUntil: Instant?
  ) {
    self.job = job
    self.version = version
    self.project = project
    self.rule = rule
    self.isEnabled = isEnabled
    self.validFrom = validFrom
    self.validUntil = validUntil
  }

  static let columns =
    "job_id, version, project, rule, is_enabled, valid_from, valid_until"

  init(row: Row, rules: inout StoredRules) throws(StoreError) {
    job = JobID(try row.text("job_id"))
    version = try row.int("version")
    project = try row.text("project")
    rule = try rules.rule(try row.optionalText("rule"))
    isEnabled = try row.bool("is_enabled")
    validFrom = try row.instant("valid_from")
    validUntil = try row.optionalInstant("valid_until")
  }
}

/// Decodes the rules of one answer; equal texts, of which there are many, are decoded once.
struct StoredRules {
  private var known: [String: JobSchedule] = [:]

  mutating func rule(_ text: String?) throws(StoreError) -> JobSchedule? {
    guard let text else { return nil }
    if let rule = known[text] { return rule }
    let rule: JobSchedule = try StoredJSON.decode(text, column: "schedule.rule")
    known[text] = rule
    return rule
  }

  static func text(_ rule: JobSchedule) throws(StoreError) -> String {
    try StoredJSON.encode(rule, column: "schedule.rule")
  }
}
