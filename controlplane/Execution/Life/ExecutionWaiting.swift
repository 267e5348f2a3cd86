public import Model
public import Store

/// Why an execution has not begun, and since when it waits.
public struct ExecutionWaiting: Sendable, Hashable {
  /// One sentence.
  public let reason: String
  public let since: Instant
  /// When it is due, when that is what it waits for.
  public let until: Instant?
}

extension ExecutionRecord {
  /// Nil for one that runs or has ended. `others` are executions of its job that go on, as far as they are known.
  public func waiting(behind others: [ExecutionID] = []) -> ExecutionWaiting? {
    switch status {
    case .scheduled:
      ExecutionWaiting(reason: scheduledReason, since: createdAt, until: dueAt)
    case .queued:
      ExecutionWaiting(reason: queuedReason(others), since: chosenAt ?? createdAt, until: nil)
    default: nil
    }
  }

  private var scheduledReason: String {
    if let retryPrevious {
      return
        "It is retry \(retryAttempt), after execution \(retryPrevious), and waits for the delay"
        + " between retries"
    }
    return "It waits for the time that it was asked for"
  }

  private func queuedReason(_ others: [ExecutionID]) -> String {
    let named = others.map(\.description).joined(separator: ", ")
    let going = named.isEmpty ? "" : " (\(named))"
    switch waitsFor {
    case .turn:
      return "It waits for its turn: as many executions of the job go on as may\(going)"
    case .replacement:
      return "It waits for the end of the executions that it replaces\(going)"
    case nil: break
    }
    if let chosenMember { return "It waits for the member \(chosenMember), which is to carry it" }
    let why = ((try? decision()) ?? nil).map { ": \($0.reason)" } ?? ""
    return "It waits until a member may carry it\(why)"
  }
}
