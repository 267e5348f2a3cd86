import Database
import Model

extension Handover {
  /// How many schedules of a project went to a member.
  struct Share {
    let project: String
    let owner: MemberID?
    let count: Int
  }

  /// Deals the member's schedules round robin over the members named for their project, in one statement:
  /// projects that name the same members are dealt together.
  func deal(schedules plan: HandoverPlan, at: Instant) async throws(StoreError) -> [Share] {
    let dealing = ScheduleDealing(plan.schedules)
    try await scope.run(
      dealing.sql(scope.dialect),
      [.text(from.member.text), .instant(at)] + dealing.arguments)
    return try await scope.all(
      """
      SELECT project, owner_member, COUNT(*) AS total FROM schedule WHERE updated_at = $1
      GROUP BY project, owner_member ORDER BY project, owner_member
      """, [.instant(at)]
    ) { row throws(StoreError) in
      Share(
        project: try row.text("project"),
        owner: try row.optionalText("owner_member").map(MemberID.init),
        count: Int(try row.int("total")))
    }
  }
}

/// The statement that deals schedules: `$1` is the former owner, `$2` the time.
private struct ScheduleDealing {
  private var values: SQLArguments
  private var heirs: [String] = []
  private var projects: [String] = []

  var arguments: [DatabaseValue] { Array(values.values.dropFirst(2)) }

  /// A list of members is a group; the default's is group 0.
  init(_ schedules: [String?: [MemberID]]) {
    values = SQLArguments([.null, .null])
    var groups: [[MemberID]: Int64] = [:]
    add(schedules[nil] ?? [], as: 0)
    let named = schedules.compactMap { entry in entry.key.map { ($0, entry.value) } }
    for (project, members) in named.sorted(by: { $0.0 < $1.0 }) {
      let group = groups[members] ?? Int64(groups.count + 1)
      if groups.updateValue(group, forKey: members) == nil { add(members, as: group) }
      projects.append(values.list([.text(project), .integer(group)]))
    }
  }

  private mutating func add(_ members: [MemberID], as group: Int64) {
    for (place, member) in members.enumerated() {
      heirs.append(
        values.list([
          .integer(group), .integer(Int64(place)), .integer(Int64(members.count)),
          .text(member.text),
        ]))
    }
  }

  /// Tables of VALUES have at least one row; these match nothing.
  private var heirRows: String { heirs.isEmpty ? "(-1, 0, 1, '')" : heirs.joined(separator: ", ") }
  private var projectRows: String {
    projects.isEmpty ? "('', 0)" : projects.joined(separator: ", ")
  }

  func sql(_ dialect: Dialect) -> String {
    """
    WITH heir (family, place, total, member) AS (VALUES \(heirRows)),
    named (project, family) AS (VALUES \(projectRows)),
    locked AS (
      SELECT job_id, project FROM schedule WHERE owner_member = $1
      ORDER BY job_id \(dialect.bytewise) \(dialect.forUpdate)),
    numbered AS (
      SELECT l.job_id, COALESCE(n.family, 0) AS family,
        row_number() OVER (PARTITION BY COALESCE(n.family, 0)
          ORDER BY l.project \(dialect.bytewise), l.job_id \(dialect.bytewise)) - 1 AS place
      FROM locked AS l LEFT JOIN named AS n ON n.project = l.project),
    dealt AS (
      SELECT numbered.job_id, heir.member FROM numbered
      LEFT JOIN heir ON heir.family = numbered.family AND heir.place = numbered.place % heir.total)
    UPDATE schedule SET owner_member = dealt.member, updated_at = $2
    FROM dealt WHERE schedule.job_id = dealt.job_id
    """
  }
}
