import Cluster
import Execution
import Logging
import Model
import ServiceLifecycle
import Store
import Synchronization

/// Chooses who carries an execution, from what is known of the members: looked up when somebody tells that they
/// changed, and once in a heartbeat where a policy looks at load.
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

  /// Whether any project's executions may be carried by another member than the one that is asked.
  private var forwards: Bool {
    profiles.isEnabled
      && ([profiles.standard] + profiles.profiles).contains { $0.policy != .none }
  }

  func choose(_ question: RemoteExecutionQuestion) async -> RemoteExecutionDecision? {
    guard forwards, profiles.isAsked(at: question.occasion) else { return nil }
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
    if forwards {
      await withTaskGroup { group in
        group.addTask { await self.follow() }
        group.addTask { await self.lookRegularly() }
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

  private func lookRegularly() async {
    try? await cancelWhenGracefulShutdown {
      while true {
        await self.lookOrWarn()
        try await ContinuousClock().sleep(for: self.timing.heartbeat)
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
