import Cluster
import Glibc
import Logging
import Model
import ServiceLifecycle
import Store
import Synchronization

/// Hands over what the member owns when it is to stop, before anything else stops; and stops the process when
/// somebody asked the member to drain.
final class DrainOnStop: Service {
  private let drain: Drain
  private let store: Store
  private let terms: CurrentTerm
  private let notices: ClusterNotices
  private let limit: Duration
  private let logger: Logger
  private let draining = Atomic<Bool>(false)
  /// Whether the process was told to stop because of a request.
  private let isAsked = Atomic<Bool>(false)

  init(
    drain: Drain, store: Store, terms: CurrentTerm, notices: ClusterNotices, limit: Duration,
    logger: Logger
  ) {
    self.drain = drain
    self.store = store
    self.terms = terms
    self.notices = notices
    self.limit = limit
    self.logger = logger
  }

  /// Whether the member hands over, or has.
  var isDraining: Bool { draining.load(ordering: .relaxed) }

  func run() async throws {
    await withTaskGroup { group in
      group.addTask { await self.watchForRequests() }
      try? await gracefulShutdown()
      group.cancelAll()
    }
    await leave()
  }

  private func leave() async {
    draining.store(true, ordering: .relaxed)
    do {
      try await drain.run(within: limit, cause: "it was asked to stop")
    } catch {
      // The others take over what it had when its lease is over.
      logger.warning("The member stops without handing over", metadata: ["error": "\(error)"])
    }
  }

  /// The mark in the member's registration is the request; a notice says when to look, and where none arrives it
  /// is looked for every ten seconds.
  private func watchForRequests() async {
    await withTaskGroup { group in
      group.addTask { await self.followNotices() }
      group.addTask { await self.lookRegularly() }
      await group.waitForAll()
    }
  }

  private func followNotices() async {
    for await notice in notices.notices() where notice == .membersChanged || notice == .unknown {
      await look()
    }
  }

  private func lookRegularly() async {
    while (try? await ContinuousClock().sleep(for: .seconds(10))) != nil { await look() }
  }

  /// Stops the process, once, when the member is marked.
  private func look() async {
    guard !isDraining, let term = terms.held,
      let record = try? await store.ask.members.find(term.member), record.term == term,
      record.isDraining, !isAsked.exchange(true, ordering: .relaxed)
    else { return }
    logger.notice("Somebody asked this member to drain")
    kill(getpid(), SIGTERM)
  }
}
