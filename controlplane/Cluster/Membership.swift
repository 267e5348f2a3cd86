public import Logging
public import Model
public import ServiceLifecycle
public import Store

/// Keeps this member's registration alive: one heartbeat of database time per interval.
///
/// `run` ends by itself, with an error, when another incarnation of the member has registered: the term
/// has ended, and everything that names it is refused by the store. A database that is away ends
/// nothing; the heartbeat is tried again at the next interval.
public struct Membership: Service {
  /// The member as it was registered.
  public let member: MemberRecord
  private let store: Store
  private let interval: Duration
  private let clock: any Clock<Duration>
  private let logger: Logger

  /// What the member's writes name.
  public var term: Term { member.term }

  public init(
    member: MemberRecord, store: Store, interval: Duration = .seconds(1),
    clock: any Clock<Duration> = ContinuousClock(), logger: Logger
  ) {
    self.member = member
    self.store = store
    self.interval = interval
    self.clock = clock
    self.logger = logger
  }

  /// Renews until a graceful shutdown. Throws `StoreError.staleTerm` when the term has ended.
  public func run() async throws {
    do {
      try await cancelWhenGracefulShutdown {
        while true {
          try await clock.sleep(for: interval)
          try await renew()
        }
      }
    } catch is CancellationError {
      return
    }
  }

  private func renew() async throws(StoreError) {
    do throws(StoreError) {
      _ = try await store.ask.members.renew(term)
    } catch {
      if case .staleTerm = error { throw error }
      logger.warning(
        "The heartbeat was not stored",
        metadata: ["term": "\(term)", "error": "\(error)"])
    }
  }
}
