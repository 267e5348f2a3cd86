import Model

/// The jobs whose past is to be settled, in turn: a job with a long past goes to the end of the row
/// after each page. Pure.
struct Backlog: Sendable {
  private var row: [JobID] = []
  private var head = 0
  private var cursors: [JobID: SettlementCursor?] = [:]

  /// How many jobs there are.
  var count: Int { cursors.count }
  /// Whether there is none.
  var isEmpty: Bool { cursors.isEmpty }

  /// Whether the job's past is being settled.
  func contains(_ job: JobID) -> Bool { cursors[job] != nil }

  /// Puts the job at the end of the row, unless it is in it.
  mutating func add(_ job: JobID) {
    guard cursors[job] == nil else { return }
    cursors.updateValue(nil, forKey: job)
    row.append(job)
  }

  /// Takes the first `limit` jobs out of the row, each with how far it has come; nil for one that has not
  /// begun. They still belong to the backlog until `finish`.
  mutating func take(_ limit: Int) -> [(job: JobID, cursor: SettlementCursor?)] {
    var taken: [(JobID, SettlementCursor?)] = []
    while taken.count < limit, head < row.count {
      let job = row[head]
      head += 1
      if let cursor = cursors[job] { taken.append((job, cursor)) }
    }
    if head > 1_024 && head * 2 > row.count {
      row.removeFirst(head)
      head = 0
    }
    return taken
  }

  /// The job's next page waits at the end of the row.
  mutating func putBack(_ cursor: SettlementCursor) {
    cursors.updateValue(cursor, forKey: cursor.job)
    row.append(cursor.job)
  }

  /// The job's past is settled, or the job is gone.
  mutating func finish(_ job: JobID) { cursors.removeValue(forKey: job) }
}
