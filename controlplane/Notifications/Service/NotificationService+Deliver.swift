import Cluster
import Logging
import Metrics
import Model
import Store
import Synchronization

extension NotificationService {
  /// What is to be done with a claimed row.
  enum Course: Sendable {
    /// It is to be tried now.
    case attempt(NotificationFacts)
    /// Others are to stand in its place; none, when it is of no use any more.
    case replace([NotificationDraft])
    case wait(until: Instant)
    /// It cannot be delivered as it is.
    case refuse(String)
  }

  /// Decides on a row and acts. What the store does not take in time is another claim's.
  func deliver(_ record: NotificationRecord) async {
    do throws(StoreError) {
      switch try await course(of: record) {
      case .attempt(let facts): try await attempt(facts)
      case .replace(let drafts): _ = try await store.ask.notifications.replace(record, by: drafts)
      case .wait(let instant):
        try await store.ask.notifications.postpone(record.rights, to: instant)
      case .refuse(let reason): try await refuse(record, reason)
      }
    } catch {
      logger.warning("A notification was not handled", metadata: metadata(record, "\(error)"))
      if case .corrupt = error { await giveUp(record, "\(error)") }
    }
  }

  private func course(of record: NotificationRecord) async throws(StoreError) -> Course {
    guard let facts = try await desk.facts(of: record) else { return .replace([]) }
    if record.kind == .unplanned { return .replace(Self.plan(facts)) }
    if record.attempts == 0, let threshold = record.content.threshold,
      let course = try await watch(threshold, facts)
    {
      return course
    }
    if record.kind == .email, let receivers = Self.split(facts) { return .replace(receivers) }
    return .attempt(facts)
  }

  /// Whom the job wants told of what nobody had planned.
  private static func plan(_ facts: NotificationFacts) -> [NotificationDraft] {
    NotificationPlan.drafts(for: facts.event, of: facts.job).map { draft in
      var draft = draft
      if let missed = facts.record.content.missed {
        draft.content.missed = missed
        draft.place = "\(facts.record.place)-\(draft.place)"
      }
      return draft
    }
  }

  /// One row for each address, where a reference stands for several. Nil when there is one.
  private static func split(_ facts: NotificationFacts) -> [NotificationDraft]? {
    let record = facts.record
    let addresses = NotificationContext(facts).expand(record.receiver).listed
    guard addresses.count > 1 else { return nil }
    return addresses.enumerated().map { index, address in
      NotificationDraft(
        event: record.event, place: "\(record.place)-\(index)", kind: .email, receiver: address,
        fairness: record.fairness, content: record.content)
    }
  }

  /// Whether the execution takes longer than its job's threshold. Nil when it does.
  private func watch(
    _ threshold: String, _ facts: NotificationFacts
  ) async throws(StoreError) -> Course? {
    guard let start = facts.startedAt else { return .replace([]) }
    let text = NotificationContext(facts).expand(threshold)
    guard let rule = AverageDurationThreshold(text) else {
      return .refuse(
        "notifyAvgDurationThreshold is '\(text.prefix(100))': it must be "
          + AverageDurationThreshold.allowed)
    }
    // Without an average there is nothing to exceed.
    guard let limit = rule.limit(average: facts.averageDuration) else { return .replace([]) }
    let instant = start.advanced(by: limit)
    if let end = facts.overAt { return end > instant ? nil : .replace([]) }
    return instant > time.now() ? .wait(until: instant) : nil
  }

  private func attempt(_ facts: NotificationFacts) async throws(StoreError) {
    let record = facts.record
    guard let term = terms.held,
      let attempt = try await store.ask.notifications.begin(record.rights, by: term)
    else { return }
    guard let channel = channels[record.kind] else {
      return try await settle(
        record, attempt, NotificationOutcome(.never, NotificationAnswer(error: "no such channel")))
    }
    let outcome = await channel.deliver(facts)
    lanes.withLock { $0.note(record.fairness, hangs: outcome.verdict == .hung) }
    // What became of it is written down even when this task is cancelled meanwhile.
    await Task { await self.note(record, attempt, outcome) }.value
  }

  /// Writes until it is done or somebody else has the row.
  private func note(
    _ record: NotificationRecord, _ attempt: Int64, _ outcome: NotificationOutcome
  ) async {
    for pause in [0.1, 0.2, 0.5, 1, 2, 3, 3, 3] {
      do throws(StoreError) {
        return try await settle(record, attempt, outcome)
      } catch {
        logger.warning(
          "An attempt to deliver a notification was not noted",
          metadata: metadata(record, "\(error)"))
        guard error.isRetryable else { return }
      }
      try? await clock.sleep(for: .seconds(pause))
    }
  }

  private func settle(
    _ record: NotificationRecord, _ attempt: Int64, _ outcome: NotificationOutcome
  ) async throws(StoreError) {
    let notifications = store.ask.notifications
    switch outcome.verdict {
    case .delivered:
      try await notifications.delivered(record.rights, attempt: attempt, outcome.answer)
      logger.debug("A notification was delivered", metadata: metadata(record, nil))
      count(record, "delivered")
    // The member is stopping: it gives back whatever it has claimed.
    case .cancelled: break
    case .again, .hung, .never:
      let pause =
        outcome.verdict == .never ? nil : settings.pause(after: attempt - record.formerAttempts)
      try await notifications.failed(
        record.rights, attempt: attempt, outcome.answer, pause: pause)
      logger.log(
        level: pause == nil ? .error : .warning,
        pause == nil ? "A notification was given up" : "A notification was not delivered",
        metadata: metadata(record, outcome.answer.error))
      count(record, pause == nil ? "dead" : "failed")
    }
  }

  private func refuse(_ record: NotificationRecord, _ reason: String) async throws(StoreError) {
    guard let term = terms.held,
      let attempt = try await store.ask.notifications.begin(record.rights, by: term)
    else { return }
    try await settle(
      record, attempt, NotificationOutcome(.never, NotificationAnswer(error: reason)))
  }

  /// A row that cannot be understood would come up again and again.
  private func giveUp(_ record: NotificationRecord, _ reason: String) async {
    do throws(StoreError) {
      try await refuse(record, reason)
    } catch {
      logger.warning("A notification was not given up", metadata: metadata(record, "\(error)"))
    }
  }

  private func count(_ record: NotificationRecord, _ outcome: String) {
    Counter(
      label: "quarterdeck_notification_attempts_total",
      dimensions: [("kind", record.kind.rawValue), ("outcome", outcome)]
    ).increment()
  }

  private func metadata(_ record: NotificationRecord, _ error: String?) -> Logger.Metadata {
    var metadata: Logger.Metadata = [
      "delivery": "\(record.deliveryID)", "kind": "\(record.kind.rawValue)",
    ]
    if let error { metadata["error"] = "\(error)" }
    return metadata
  }
}
