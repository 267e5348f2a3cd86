import Model
import Store
import TestSupport

extension SeededGenerator {
  mutating func one<Value>(of values: [Value]) -> Value { values.randomElement(using: &self)! }
  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
}

/// Executions of a few jobs that were renamed now and then, over ten days, and queries over them.
struct RandomHistory {
  static let day: Int64 = 86_400_000_000
  static let begin: Int64 = 20_000 * day
  static let users = ["ann", "bob", "Eve"]
  static let projects = ["p", "q"]
  static let jobs = (0..<6).map { "job-\($0)" }
  static let names = ["backup", "Back_up", "deploy 100%", "clean!"]
  static let groups = ["", "ops", "ops/db", "ops_x", "web/a"]
  static let ends: [ExecutionStatus] = [
    .succeeded, .succeeded, .succeeded, .failed, .aborted, .timedout, .incomplete, .other,
  ]

  var dice: SeededGenerator

  init(seed: UInt64) { dice = SeededGenerator(seed: seed) }

  /// An execution that an insert can store; `change` makes of it what only updates can.
  mutating func draft(_ number: Int64) -> ExecutionDraft {
    let job = dice.chance(75) ? dice.one(of: Self.jobs) : nil
    let created = Self.begin + Int64.random(in: 0..<(10 * Self.day), using: &dice)
    let isEnded = dice.chance(85)
    let started = dice.chance(90) ? created + Int64.random(in: 0..<5_000_000, using: &dice) : nil
    let due: Int64? = dice.chance(50) ? nil : created + (dice.chance(70) ? 0 : 3_000_000)
    return ExecutionDraft(
      id: ExecutionID(number), project: dice.one(of: Self.projects), jobID: job.map { JobID($0) },
      jobName: job.map { _ in dice.one(of: Self.names) },
      jobGroup: job.flatMap { _ in dice.chance(10) ? nil : dice.one(of: Self.groups) },
      definition: #"{"description":"\#(dice.one(of: ["Nightly run", "by hand", ""]))"}"#,
      status: isEnded ? dice.one(of: Self.ends) : dice.one(of: [.running, .queued, .scheduled]),
      user: dice.one(of: Self.users), createdAt: Instant(microseconds: created),
      startedAt: started.map { Instant(microseconds: $0) },
      endedAt: isEnded
        ? Instant(microseconds: (started ?? created) + Int64.random(in: 0..<Self.day, using: &dice))
        : nil, dueAt: due.map { Instant(microseconds: $0) })
  }

  /// A query with up to three filters.
  mutating func query() -> ExecutionHistoryQuery {
    var query = ExecutionHistoryQuery(
      projects: dice.chance(80)
        ? [dice.one(of: Self.projects)] : dice.chance(50) ? nil : ["p", "q"])
    for _ in 0..<Int.random(in: 0...3, using: &dice) { restrict(&query) }
    query.limit = dice.chance(30) ? nil : Int64.random(in: 0...12, using: &dice)
    query.offset = dice.chance(50) ? 0 : Int64.random(in: 0...40, using: &dice)
    return query
  }

  private mutating func restrict(_ query: inout ExecutionHistoryQuery) {
    switch Int.random(in: 0..<20, using: &dice) {
    case 0: query.status = dice.one(of: ExecutionStatus.allCases).rawValue
    case 1: query.status = "my own"
    case 2: query.origin = dice.one(of: ExecutionHistoryQuery.Origin.allCases)
    case 3: query.unfinishedOnly = true
    case 4: query.user = dice.one(of: Self.users)
    case 5: query.abortedBy = dice.one(of: Self.users)
    case 6: query.endedFrom = instant()
    case 7: query.endedUntil = instant()
    case 8:
      let (a, b) = (instant(), instant())
      (query.endedFrom, query.endedUntil) = (min(a, b), max(a, b))
    case 9: query.isAdHoc = dice.chance(50)
    case 10: query.jobIDs = some(of: Self.jobs)
    case 11: query.excludedJobIDs = some(of: Self.jobs)
    case 12: query.jobPaths = ["ops/backup", "clean!", "ops/db/Back_up"]
    case 13: query.excludedJobPaths = ["ops/backup", "clean!"]
    case 14: query.nameContains = dice.one(of: ["back", "_", "%", "UP"])
    case 15: query.excludedNameContains = dice.one(of: ["back", "_", "%"])
    case 16: query.name = dice.one(of: Self.names)
    case 17: query.excludedName = dice.one(of: Self.names)
    case 18: query.group = .within(dice.one(of: Self.groups))
    default:
      if dice.chance(50) {
        query.excludedGroup = .exactly(dice.one(of: Self.groups))
      } else {
        query.descriptionContains = "NIGHT"
      }
    }
  }

  private mutating func some(of texts: [String]) -> [String] {
    Array(texts.shuffled(using: &dice).prefix(Int.random(in: 1...3, using: &dice)))
  }

  /// Sometimes exactly a day's edge.
  private mutating func instant() -> Instant {
    let days = Int64.random(in: 0...10, using: &dice) * Self.day
    let rest = dice.chance(40) ? 0 : Int64.random(in: 0..<Self.day, using: &dice)
    return Instant(microseconds: Self.begin + days + rest - (dice.chance(20) ? 1 : 0))
  }
}
