public import Cluster
public import Logging
import Model
public import ServiceLifecycle
public import Store
import Synchronization

/// Moves the logs of ended executions to where they are kept. It runs on every member.
///
/// A log is claimed by compare-and-set, written, read back and compared with the live log; only then readers are led to
/// the copy and the live chunks are deleted. Whoever dies in between leaves a claim that runs out, and an attempt that the
/// next one cleans up. An attempt that fails is made again, with growing pauses, until it succeeds.
public final class LogStorageService: Service {
  let store: Store
  let terms: CurrentTerm
  /// Where logs are written to; nil when they stay in the database.
  let active: (any LogStorageBackend)?
  /// All that an object may be in.
  let backends: [String: any LogStorageBackend]
  let settings: LogStorageSettings
  let copies: StoredLogSource
  let logger: Logger
  /// For pauses and for how long something took.
  let clock: MonotonicTime
  private let underWay = Mutex<Set<ExecutionID>>([])
  private let (freed, free) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
  private let (rings, ringing) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

  /// - Parameters:
  ///   - active: where logs are written to; nil leaves them in the database.
  ///   - former: other backends that may still have logs.
  ///   - clock: for pauses only; what is due is decided by the database's clock.
  public init(
    store: Store, terms: CurrentTerm, active: (any LogStorageBackend)?,
    former: [any LogStorageBackend] = [], settings: LogStorageSettings,
    clock: MonotonicTime = .continuous(), logger: Logger
  ) {
    self.store = store
    self.terms = terms
    self.active = active
    self.settings = settings
    self.clock = clock
    self.logger = logger
    let all = (active.map { [$0] } ?? []) + former
    backends = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }
    copies = StoredLogSource(store: store, backends: all)
  }

  /// What readers of logs read stored ones from.
  public var source: StoredLogSource { copies }

  /// Works until a graceful shutdown; what is under way then is given back at once.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      await withTaskGroup(of: Void.self) { group in
        if let active = self.active {
          group.addTask { await self.ringForever() }
          group.addTask { await self.storeForever(active) }
        }
        group.addTask { await self.sweepForever() }
      }
    }
  }

  /// Says that a log may have ended.
  public func wake() { ringing.yield() }

  private func ringForever() async {
    while !Task.isCancelled {
      wake()
      try? await clock.sleep(for: settings.poll)
    }
  }

  private func storeForever(_ backend: any LogStorageBackend) async {
    await withDiscardingTaskGroup { group in
      var freed = freed.makeAsyncIterator()
      for await _ in rings {
        do {
          try await look(backend) { candidate in
            while self.underWay.withLock({ $0.count >= self.settings.atOnce }), !Task.isCancelled {
              await freed.next()
            }
            guard self.underWay.withLock({ $0.insert(candidate.execution).inserted }) else {
              return
            }
            group.addTask {
              await self.handle(candidate, backend)
              self.underWay.withLock { _ = $0.remove(candidate.execution) }
              self.free.yield()
            }
          }
        } catch {
          if !(error is CancellationError) {
            logger.warning("Logs to be stored were not looked for", metadata: ["error": "\(error)"])
          }
        }
        // Many ends at once are one look.
        try? await clock.sleep(for: min(settings.poll, .milliseconds(50)))
      }
    }
  }

  /// Gives everything that is due to `begin`.
  private func look(
    _ backend: any LogStorageBackend, _ begin: (LogStorageCandidate) async -> Void
  ) async throws {
    var after: ExecutionID?
    while terms.held != nil {
      let page = try await store.ask.logStorage.candidates(
        after: after, limit: 256, patience: settings.patience)
      for candidate in page {
        try Task.checkCancellation()
        if isWanted(candidate) { await begin(candidate) }
      }
      guard let last = page.last else { return }
      after = last.execution
    }
  }

  /// Whether anything is to be done for it now.
  func isWanted(_ candidate: LogStorageCandidate) -> Bool {
    guard candidate.isDue, candidate.size > candidate.released else { return false }
    if candidate.isEnded { return candidate.isSettled }
    return isCheckpointDue(candidate)
  }

  /// Throws nothing: what fails is written down with the claim.
  func handle(_ candidate: LogStorageCandidate, _ backend: any LogStorageBackend) async {
    if candidate.isEnded {
      await store(candidate, backend)
    } else {
      await copy(candidate, backend)
    }
  }

  /// Does everything that is due once, one after the other: what `run` does again and again.
  public func storeDue() async throws {
    guard let active else { return }
    var due: [LogStorageCandidate] = []
    try await look(active) { due.append($0) }
    for candidate in due { await handle(candidate, active) }
  }

  private func sweepForever() async {
    while !Task.isCancelled {
      try? await clock.sleep(for: settings.sweep)
      guard terms.held != nil, !Task.isCancelled else { continue }
      do {
        try await sweep()
      } catch {
        logger.warning(
          "Objects of logs that are gone were not deleted", metadata: ["error": "\(error)"])
      }
    }
  }
}
