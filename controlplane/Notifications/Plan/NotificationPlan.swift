public import Model
public import Store

/// Decides which notifications an event means for a job: one for each receiver. Pure.
public enum NotificationPlan {
  /// The writes that put an execution's notifications of these events into the outbox, for the commit in which they happen.
  ///
  /// - Parameter status: the execution's status at the events.
  public static func writes(
    for events: [NotificationEvent], of job: Job, status: ExecutionStatus,
    customStatus: String? = nil, by owner: Ownership
  ) throws(StoreError) -> [ExecutionWrite] {
    guard job.kept["notification"] != nil else { return [] }
    let drafts = events.flatMap { Self.drafts(for: $0, of: job) }
    let status = status == .other ? customStatus ?? status.rawValue : status.rawValue
    return try ExecutionWrite.notify(drafts, status: status, by: owner)
  }

  /// The same for a job that the execution refers to, where the reference does not ignore its notifications. Of several
  /// references to it each has its own: their cells tell them apart.
  public static func writes(
    for event: NotificationEvent, of job: Job,
    as reference: NotificationContent.Reference, status: ExecutionStatus, by owner: Ownership
  ) throws(StoreError) -> [ExecutionWrite] {
    let drafts = drafts(for: event, of: job).map { draft in
      var draft = draft
      draft.place = "\(reference.cell):\(draft.place)"
      draft.content.reference = reference
      return draft
    }
    return try ExecutionWrite.notify(drafts, status: status.rawValue, by: owner)
  }

  /// The notifications of an event; none for a job that wants none.
  public static func drafts(for event: NotificationEvent, of job: Job) -> [NotificationDraft] {
    guard let trigger = JobNotifications.Trigger(rawValue: event.key) else { return [] }
    let threshold =
      event == .averageDuration ? job.kept["notifyAvgDurationThreshold"]?.scalarText ?? "" : nil
    var drafts: [NotificationDraft] = []
    for (index, item) in job.notifications[trigger].enumerated() {
      for (part, receiver) in NotificationReceiver.all(of: item).enumerated() {
        drafts.append(
          NotificationDraft(
            event: event.rawValue, place: "\(index)-\(part)", kind: receiver.kind,
            receiver: receiver.name, fairness: receiver.fairness,
            content: NotificationContent(settings: receiver.settings, threshold: threshold)))
      }
    }
    return drafts
  }
}

extension String {
  /// The parts of a list that is separated by commas, without white space around them; commas within references do not
  /// count.
  var listed: [String] {
    var parts: [String] = [""]
    var depth = 0
    for character in self {
      if character == "{" { depth += 1 }
      if character == "}" { depth = max(0, depth - 1) }
      if character == ",", depth == 0 {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return parts.map(\.trimmed).filter { !$0.isEmpty }
  }

  /// Without white space at its ends.
  var trimmed: String {
    let start = drop(while: \.isWhitespace)
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...last])
  }
}
