import Cluster
import Execution
import Logging
import Model
import ServiceLifecycle
import Store
import Synchronization

/// Chooses who carries an execution, from what is known of the members: looked up when somebody tells that they
/// changed, once in a heartbeat where a policy looks at load, and slowly where none does.
final class MemberDirectory: Service, RemoteExecutionChoice {
  private struct State {
    var candidates: [MemberCandidate] = []
    /// How many turns each profile has had here. Each member deals evenly by itself, so all of them together do.
    var turns: [String?: UInt64] = [:]

    mutating func takeTurn(of profile: String?, from first: UInt64) -> UInt64 {
      let turn = turns[profile, default: first]
      turns[profile] = turn &+ 1
      return turn
    }
  }

  private let store: Store
  private let member: MemberID
  private let profiles: RemoteExecutionProfiles
  private let time: DatabaseTime
  private let timing: ClusterTiming
  private let notices: ClusterNotices
  /// Where the turns begin: another place on each member.
  private let firstTurn: UInt64
  private let logger: Logger
  private let state = Mutex(State())

  init(
    store: Store, member: MemberID, profiles: RemoteExecutionProfiles, time: DatabaseTime,
    timing: ClusterTiming, notices: ClusterNotices, firstTurn: UInt64, logger: Logger
  ) {
    self.store = store
    self.member = member
    self.profiles = profiles
    self.time = time
    self.timing = timing
    self.notices = notices
    self.firstTurn = firstTurn
    self.logger = logger
  }

  func choose(_ question: RemoteExecutionQuestion) async -> RemoteExecutionDecision? {
    guard profiles.forwards, profiles.isAsked(at: question.occasion) else { return nil }
    let profile = profiles.profile(for: question.project).name
    let (candidates, turn) = state.withLock {
      ($0.candidates, $0.takeTurn(of: profile, from: firstTurn))
    }
    return decide(question, candidates, turn)
  }

  func chooseActive(
    _ question: RemoteExecutionQuestion
  ) async throws(StoreError) -> RemoteExecutionDecision {
    try await look()
    let (candidates, turn) = state.withLock {
      ($0.candidates, $0.takeTurn(of: nil, from: firstTurn))
    }
    return RemoteExecutionDecider(profiles).decideActive(
      members: candidates, self: member, excluding: question.excluding, turn: .counted(turn),
      carriesSecureOptions: question.carriesSecureOptions)
  }

  /// What `choose` would answer; no turn is taken.
  func whoWouldCarry(project: String) async throws(StoreError) -> RemoteExecutionDecision {
    try await look()
    let profile = profiles.profile(for: project).name
    let (candidates, turn) = state.withLock {
      ($0.candidates, $0.turns[profile, default: firstTurn])
    }
    return decide(RemoteExecutionQuestion(project: project, occasion: .run), candidates, turn)
  }

  private func decide(
    _ question: RemoteExecutionQuestion, _ candidates: [MemberCandidate], _ turn: UInt64
  ) -> RemoteExecutionDecision {
    RemoteExecutionDecider(profiles).decide(
      project: question.project, members: candidates, self: member, excluding: question.excluding,
      turn: .counted(turn), carriesSecureOptions: question.carriesSecureOptions)
  }

  /// Keeps the members known until a graceful shutdown. Costs nothing where no policy forwards anything.
  func run() async throws {
    if let interval = profiles.lookInterval(timing) {
      await withTaskGroup { group in
        group.addTask { await self.follow() }
        group.addTask { await self.look(every: interval) }
        await group.next()
        group.cancelAll()
      }
    }
    try? await gracefulShutdown()
  }

  private func follow() async {
    for await notice in notices.notices().cancelOnGracefulShutdown() {
      switch notice {
      case .membersChanged, .modeChanged, .unknown: await lookOrWarn()
      default: continue
      }
    }
  }

  private func look(every interval: Duration) async {
    try? await cancelWhenGracefulShutdown {
      while true {
        await self.lookOrWarn()
        try await ContinuousClock().sleep(for: interval)
      }
    }
  }

  private func lookOrWarn() async {
    do throws(StoreError) {
      try await look()
    } catch {
      logger.debug("The members could not be looked up", metadata: ["error": "\(error)"])
    }
  }

  private func look() async throws(StoreError) {
    let records = try await store.ask.members.all()
    let modes = try await store.ask.executionModes.all()
    let now = time.now()
    let candidates = records.filter { $0.leftAt == nil && $0.fencedAt == nil }.map {
      MemberCandidate($0, mode: modes[$0.id] ?? .active, at: now, timing: timing)
    }
    state.withLock { $0.candidates = candidates }
  }
}
