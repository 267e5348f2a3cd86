public import Model
public import Store

/// Decides which notifications an event means for a job: one for each receiver. Pure.
///
/// What a job's definition has under `notification` is a map of events; each has one notification or a list of them, and
/// each of those has a webhook (`urls`), an email and plugins, in any combination.
public enum NotificationPlan {
  /// The writes that put an execution's notifications of these events into the outbox, for the commit in which they happen.
  ///
  /// - Parameter status: the execution's status at the events.
  public static func writes(
    for events: [NotificationEvent], of job: Job, status: ExecutionStatus,
    customStatus: String? = nil, by owner: Ownership
  ) throws(StoreError) -> [ExecutionWrite] {
    guard job.notification != nil else { return [] }
    let drafts = events.flatMap { Self.drafts(for: $0, of: job) }
    let status = status == .other ? customStatus ?? status.rawValue : status.rawValue
    return try .notify(drafts, status: status, by: owner)
  }

  /// The same for a job that the execution refers to, where the reference does not ignore its notifications. `step` says
  /// which reference it is.
  public static func writes(
    for event: NotificationEvent, ofReferenced job: Job, step: String, status: ExecutionStatus,
    by owner: Ownership
  ) throws(StoreError) -> [ExecutionWrite] {
    let reference = NotificationContent.Reference(
      job: job.id?.text ?? "", name: job.name, group: job.group, description: job.description)
    let drafts = drafts(for: event, of: job).map { draft in
      var draft = draft
      draft.place = "\(step):\(draft.place)"
      draft.content.reference = reference
      return draft
    }
    return try .notify(drafts, status: status.rawValue, by: owner)
  }

  /// The notifications of an event; none for a job that wants none.
  public static func drafts(for event: NotificationEvent, of job: Job) -> [NotificationDraft] {
    guard let wanted = job.notification?[event.key] else { return [] }
    let threshold =
      event == .averageDuration ? job.kept["notifyAvgDurationThreshold"]?.scalarText ?? "" : nil
    var drafts: [NotificationDraft] = []
    for (index, item) in wanted.items.enumerated() {
      for (part, receiver) in receivers(of: item).enumerated() {
        drafts.append(
          NotificationDraft(
            event: event.rawValue, place: "\(index)-\(part)", kind: receiver.kind,
            receiver: receiver.name, fairness: receiver.fairness,
            content: NotificationContent(settings: receiver.settings, threshold: threshold)))
      }
    }
    return drafts
  }

  private static func receivers(of item: JobValue) -> [NotificationReceiver] {
    let webhook = item["webhook"] ?? item
    var receivers = (webhook["urls"]?.scalarText ?? "").listed.map {
      NotificationReceiver(
        webhook: $0,
        settings: webhook.scalars(["httpMethod", "format"])
          .merging(item.scalars(["httpMethod", "format"])) { own, _ in own })
    }
    for email in (item["email"] ?? (item["recipients"] == nil ? nil : item))?.items ?? [] {
      receivers += (email["recipients"]?.scalarText ?? "").listed.map {
        NotificationReceiver(
          address: $0,
          settings: email.scalars([
            "subject", "attachLog", "attachLogInFile", "attachLogInline", "attachType",
          ]))
      }
    }
    for plugin in item["plugin"]?.items ?? [] {
      guard let type = plugin["type"]?.scalarText, !type.isEmpty else { continue }
      receivers.append(
        NotificationReceiver(plugin: type, settings: plugin["configuration"]?.scalars(nil) ?? [:]))
    }
    return receivers
  }
}

extension JobValue {
  /// The elements of a list; anything else is the only one.
  fileprivate var items: [JobValue] {
    if case .list(let items) = self { return items }
    return [self]
  }

  /// The scalars of a map under these keys, or all of them.
  fileprivate func scalars(_ keys: [String]?) -> [String: String] {
    guard case .map(let entries) = self else { return [:] }
    var found: [String: String] = [:]
    for entry in entries where keys?.contains(entry.key) ?? true {
      found[entry.key] = entry.value.scalarText
    }
    return found
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
