public import Logging
import Model
public import ServiceLifecycle
public import Store

/// Takes from dead members what they own, and gives it to the members that are there.
///
/// It looks at the members' heartbeats when the first of them could be dead, and often enough to have watched it die.
/// Every member does; the store's compare-and-set lets one of them end the dead term.
public struct Takeover: Service {
  let store: Store
  let terms: CurrentTerm
  let databaseTime: DatabaseTime
  let timing: ClusterTiming
  let settings: TakeoverSettings
  let candidates: TakeoverDecider.Candidates?
  let time: MonotonicTime
  let logger: Logger

  /// `candidates` answers for the autotakeover policy `RemoteExecution`; see `AutotakeoverCandidates`. `time` is the one
  /// that `terms` was made with.
  public init(
    store: Store, terms: CurrentTerm, databaseTime: DatabaseTime, timing: ClusterTiming,
    settings: TakeoverSettings, candidates: AutotakeoverCandidates? = nil, time: MonotonicTime,
    logger: Logger
  ) {
    self.store = store
    self.terms = terms
    self.databaseTime = databaseTime
    self.timing = timing
    self.settings = settings
    self.candidates = candidates.map(Self.takers)
    self.time = time
    self.logger = logger
  }

  private static func takers(_ policy: AutotakeoverCandidates) -> TakeoverDecider.Candidates {
    { dead, survivors in
      policy.byProject(dead: dead, members: survivors.map { MemberCandidate(survivor: $0) })
    }
  }

  /// Looks for dead members until a graceful shutdown.
  public func run() async throws {
    do {
      try await cancelWhenGracefulShutdown {
        var round = TakeoverRound(self)
        for await held in terms.changes() where held != nil {
          while terms.held != nil {
            try await time.sleep(for: await round.act())
          }
        }
      }
    } catch is CancellationError {
      return
    }
    try? await gracefulShutdown()
  }
}

extension MemberCandidate {
  /// A member that may be given something.
  fileprivate init(survivor: MemberStanding) {
    self.init(
      id: survivor.term.member, name: survivor.name, tags: survivor.tags,
      load: MemberLoad(running: survivor.running, capacity: survivor.capacity))
  }
}
