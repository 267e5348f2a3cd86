import Model
import Store

extension Transition.Launch {
  /// What is inserted in the same commit when its job has no room for it, by the job's overlap policy; nil when it is
  /// refused then.
  func fallback() throws(StoreError) -> ExecutionWrite? {
    guard draft.admission == .whenFree, let overlapping else { return nil }
    return try .insert(overlapping, .whenFull(waitingBelow: run.job.overlap.most))
  }

  /// The execution as it is when its job has no room for it; nil when there is none then. A due instant that is skipped
  /// has its outcome in the ledger.
  var overlapping: ExecutionDraft? {
    switch run.job.overlap {
    case .fail: nil
    case .queue: draft.waiting(for: .turn)
    case .replace: draft.waiting(for: .replacement)
    case .skip: run.fire == nil ? draft.skipped(because: Overlap.skipped) : nil
    }
  }

  /// Whether that is what the store has of it.
  func isOverlapping(_ stored: ExecutionRecord) -> Bool {
    stored.waitsFor != nil || stored.customStatus == ExecutionRecord.skipped
      || (draft.startedAt != nil && stored.startedAt != draft.startedAt)
  }
}

extension JobOverlap {
  /// How many may wait; nil where nobody does.
  var most: Int64? {
    switch self {
    case .queue(let limit): limit
    case .replace: Self.longest
    case .fail, .skip: nil
    }
  }

  /// What a run waits for under it.
  var wait: ExecutionWait { if case .replace = self { .replacement } else { .turn } }

  var name: String {
    switch self {
    case .fail: "fail"
    case .queue: "queue"
    case .skip: "skip"
    case .replace: "replace"
    }
  }
}

/// What overlapping executions say, for people.
enum Overlap {
  static let skipped =
    "Skipped: as many executions of the job were going on as may, and its overlap policy is skip"
  static let notStarted =
    "Not started: another execution of the job was going on when its time came"
  static let lineIsFull =
    "Not started: as many executions of the job were waiting for their turn as may when its time came"

  static func waits(_ id: ExecutionID, _ overlap: JobOverlap, behind other: ExecutionID?) -> String
  {
    let cause = other.map { "execution \($0) of the job is going on" } ?? "others wait before it"
    return "Execution \(id) waits for its turn: \(cause), and the job's overlap policy is "
      + overlap.name
  }

  static func begins(_ id: ExecutionID) -> String {
    "Execution \(id) waits no longer: its turn has come"
  }

  static func replaced(by id: ExecutionID) -> String {
    "Execution \(id) replaces this one: the job's overlap policy is replace"
  }
}
