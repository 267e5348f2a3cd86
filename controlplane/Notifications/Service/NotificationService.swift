public import Cluster
public import Logging
import Model
public import ServiceLifecycle
public import Store
import Synchronization

/// Delivers the notifications of the outbox. It runs on every member.
///
/// A row is claimed by compare-and-set for a short time, which is extended while it is being delivered; whoever dies leaves
/// a claim that runs out, and another member delivers. So a receiver may get a notification more than once, each time with
/// the same delivery id, and never not at all: what cannot be delivered is tried with growing pauses, and in the end kept as
/// given up.
public final class NotificationService: Service {
  let store: Store
  let terms: CurrentTerm
  let time: DatabaseTime
  let desk: NotificationDesk
  let channels: [NotificationKind: any NotificationChannel]
  let settings: NotificationSettings
  let clock: MonotonicTime
  let logger: Logger
  let lanes: Mutex<DeliveryLanes>
  let held = Mutex<Set<NotificationClaim>>([])
  private let (bell, ringing) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

  /// - Parameter clock: for pauses only; what is due is decided by the database's clock.
  public init(
    store: Store, terms: CurrentTerm, time: DatabaseTime, desk: NotificationDesk,
    channels: [NotificationKind: any NotificationChannel], settings: NotificationSettings,
    clock: MonotonicTime = .continuous(), logger: Logger
  ) {
    self.store = store
    self.terms = terms
    self.time = time
    self.desk = desk
    self.channels = channels
    self.settings = settings
    self.clock = clock
    self.logger = logger
    lanes = Mutex(DeliveryLanes(total: settings.atOnce, each: settings.atOnceForReceiver))
  }

  /// Says that there may be something new.
  public func wake() { ringing.yield() }

  /// Works until a graceful shutdown; what is under way then is given back at once.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      await withDiscardingTaskGroup { group in
        group.addTask { await self.ringAgainAndAgain() }
        group.addTask { await self.renewAgainAndAgain() }
        group.addTask { await self.sweepAgainAndAgain() }
        await self.deliver(in: &group)
        group.cancelAll()
      }
    }
    // Also when this task is cancelled.
    await Task { await self.giveBack() }.value
  }

  /// Lets other members deliver at once what this one has claimed; without that they wait until the claims run out.
  private func giveBack() async {
    guard let term = terms.held else { return }
    do throws(StoreError) {
      try await store.ask.notifications.release(by: term)
    } catch {
      logger.warning("Notifications were not given back", metadata: ["error": "\(error)"])
    }
  }

  private func deliver(in group: inout DiscardingTaskGroup) async {
    for await _ in bell {
      do throws(StoreError) {
        while !Task.isCancelled, case let claimed = try await claim(), !claimed.isEmpty {
          for record in claimed { group.addTask { await self.handle(record) } }
        }
      } catch {
        logger.warning("Notifications were not looked for", metadata: ["error": "\(error)"])
      }
    }
  }

  /// Takes what is due, as far as there is room.
  func claim() async throws(StoreError) -> [NotificationRecord] {
    guard let term = terms.held,
      lanes.withLock({ $0.takenCount < $0.total })
    else { return [] }
    let due = try await store.ask.notifications.due(limit: 1_000)
    let wishes = lanes.withLock { $0.wishes(for: due) }
    let claimed = try await store.ask.notifications.claim(wishes, by: term, for: settings.claim)
    lanes.withLock { lanes in for record in claimed { lanes.take(record.fairness) } }
    held.withLock { $0.formUnion(claimed.map(\.rights)) }
    return claimed
  }

  /// Everything about one claimed row, to its end.
  private func handle(_ record: NotificationRecord) async {
    await deliver(record)
    held.withLock { _ = $0.remove(record.rights) }
    lanes.withLock { $0.free(record.fairness) }
    wake()
  }

  /// Delivers everything that is due once, without waiting for what fails: what `run` does again and again.
  public func deliverDue() async throws {
    while case let claimed = try await claim(), !claimed.isEmpty {
      await withDiscardingTaskGroup { group in
        for record in claimed { group.addTask { await self.handle(record) } }
      }
    }
  }

  private func ringAgainAndAgain() async {
    while !Task.isCancelled {
      wake()
      try? await clock.sleep(for: settings.poll)
    }
    ringing.finish()
  }

  private func renewAgainAndAgain() async {
    while !Task.isCancelled {
      try? await clock.sleep(for: settings.claim / 3)
      let claims = Array(held.withLock { $0 })
      do {
        try await store.ask.notifications.renew(claims, for: settings.claim)
      } catch {
        logger.warning("Notifications were not kept", metadata: ["error": "\(error)"])
      }
    }
  }

  private func sweepAgainAndAgain() async {
    while !Task.isCancelled {
      try? await clock.sleep(for: .seconds(600))
      guard terms.held != nil, !Task.isCancelled else { continue }
      try? await store.ask.notifications.removeSettled(olderThan: settings.retention)
    }
  }
}
