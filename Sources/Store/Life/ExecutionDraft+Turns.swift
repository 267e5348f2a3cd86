public import Model

/// What an execution waits for that is queued behind others of its job.
public enum ExecutionWait: String, Sendable, Hashable {
  /// That there is room for it.
  case turn
  /// That those end which it replaces, and which are aborted for it.
  case replacement
}

/// Of which executions one is the next try (Rundeck's `retryAttempt`, `retryPrevId`, `retryOriginalId`).
public struct RetryLink: Sendable, Hashable {
  /// How often the job was tried before: 1 for the first retry.
  public var attempt: Int
  public var previous: ExecutionID
  /// The first one.
  public var original: ExecutionID

  public init(attempt: Int, previous: ExecutionID, original: ExecutionID) {
    self.attempt = attempt
    self.previous = previous
    self.original = original
  }
}

extension ExecutionDraft {
  /// What its insertion asks of its job's room.
  public var admission: JobAdmission {
    jobID == nil || runLimit == nil || status == .scheduled || retry != nil ? .always : .whenFree
  }

  /// The same execution, queued behind others of its job: nobody owns it, and it is planned when its turn comes. Its
  /// place is that of its insertion, by the database's clock.
  public func waiting(for wait: ExecutionWait) -> ExecutionDraft {
    var draft = unbegun
    draft.status = .queued
    draft.waitsFor = wait
    draft.chosenAt = createdAt
    return draft
  }

  /// The same execution, recorded as skipped: it ends as it begins.
  public func skipped(because reason: String) -> ExecutionDraft {
    var draft = unbegun
    draft.status = .other
    draft.customStatus = ExecutionRecord.skipped
    draft.endedAt = createdAt
    draft.endReason = reason
    return draft
  }

  private var unbegun: ExecutionDraft {
    var draft = self
    draft.decider = owner ?? decider
    draft.owner = nil
    draft.epoch = Epoch(0)
    draft.plan = nil
    draft.serverNode = nil
    draft.startedAt = nil
    draft.decision = nil
    draft.chosenMember = nil
    draft.choice = 0
    draft.chosenAt = nil
    return draft
  }
}

extension ExecutionRecord {
  /// The custom status of a run that its job's overlap policy skipped.
  public static let skipped = "skipped"
}
