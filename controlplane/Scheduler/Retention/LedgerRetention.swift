public import Cluster
public import Logging
import Model
public import ServiceLifecycle
public import Store

/// Deletes what is old of the ledger, of schedules' versions, of decisions and of members that are gone: once an hour,
/// on the first of the live members.
///
/// Which member does it is a matter of economy only: to delete the same twice is harmless.
public struct LedgerRetention: Service {
  private let store: Store
  private let terms: CurrentTerm
  private let time: DatabaseTime
  /// How long things are kept.
  private let keep: Duration
  private let clock: MonotonicTime
  private let logger: Logger

  /// The pause before the first look; a member may not live for an hour.
  static let first: Duration = .seconds(60)
  /// The pause between two looks.
  static let interval: Duration = .seconds(3_600)
  /// The pause between two portions, in which others have the database.
  static let breath: Duration = .milliseconds(100)
  /// How many portions a look deletes at most; the rest is the next one's.
  static let portions = 1_000
  /// A member without a heartbeat for so long leaves the work to the next one.
  private static let live: Duration = .seconds(60)

  /// A retention that keeps what is younger than `keep` by the database's time `time`; `clock` measures pauses only.
  public init(
    store: Store, terms: CurrentTerm, time: DatabaseTime, keep: Duration,
    clock: MonotonicTime = .continuous(), logger: Logger
  ) {
    self.store = store
    self.terms = terms
    self.time = time
    self.keep = keep
    self.clock = clock
    self.logger = logger
  }

  /// Looks again and again until a graceful shutdown.
  public func run() async throws {
    try? await cancelWhenGracefulShutdown {
      try await clock.sleep(for: Self.first)
      while true {
        try await look()
        try await clock.sleep(for: Self.interval)
      }
    }
  }

  /// Throws `CancellationError` only; what the store refuses is the next look's.
  private func look() async throws {
    do {
      guard try await isTheFirst() else { return }
      let deleted = try await prune(before: time.now().advanced(by: .zero - keep))
      guard !deleted.isEmpty else { return }
      logger.info("Old entries of the record were deleted", metadata: deleted.metadata)
    } catch let error as StoreError {
      logger.warning("Old entries were not deleted", metadata: ["error": "\(error)"])
    }
  }

  private func isTheFirst() async throws(StoreError) -> Bool {
    guard let term = terms.held else { return false }
    let since = time.now().advanced(by: .zero - Self.live)
    let others = try await store.ask.members.all().filter {
      $0.fencedAt == nil && $0.leftAt == nil && $0.heartbeatAt > since
    }
    return !others.contains { $0.id.text < term.member.text }
  }

  private func prune(before instant: Instant) async throws -> PruneResult {
    var sum = PruneResult()
    for _ in 0..<Self.portions where terms.held != nil {
      let deleted = try await store.prune(before: instant)
      sum += deleted
      if deleted.isEmpty { break }
      try await clock.sleep(for: Self.breath)
    }
    return sum
  }
}

extension PruneResult {
  fileprivate static func += (sum: inout Self, other: Self) {
    sum.fires += other.fires
    sum.versions += other.versions
    sum.decisions += other.decisions
    sum.members += other.members
  }

  fileprivate var metadata: Logger.Metadata {
    [
      "fires": "\(fires)", "versions": "\(versions)", "decisions": "\(decisions)",
      "members": "\(members)",
    ]
  }
}
