public import Execution
public import Logging
public import Logs
public import Model
public import Store
import Synchronization
public import Wire

/// Stores what agents report, all that is pending in one transaction.
///
/// A report is answered after its commit. While the store is away a report is tried again for
/// `patience`, then refused: the agent keeps its spool and sends it again, and a repeated piece is
/// recognized by its offset.
public final class SpoolIngestor: Sendable {
  /// Why a report was not stored.
  public enum Refusal: Error, Sendable, Hashable {
    /// The store is away, or this member is stopping: send it again later.
    case unavailable
  }

  struct Submission: Sendable {
    let arrivals: [IngestPlan.Arrival]
    let bytes: Int
    let answer: CheckedContinuation<Result<ReportAnswer, Refusal>, Never>
  }

  private struct Queue {
    var pending: [Submission] = []
    var isClosed = false
  }

  /// A batch is closed with the piece that passes this many bytes.
  static let batchBytes = 16 << 20

  private let store: Store
  private let signals: LogSignals
  private let deliver: @Sendable ([AssignmentEvent]) -> Void
  private let patience: Duration
  private let logger: Logger
  private let queue = Mutex(Queue())
  private let arrivals: AsyncStream<Void>
  private let wake: AsyncStream<Void>.Continuation

  /// - Parameters:
  ///   - deliver: told of starts and ends after their commit, possibly more than once.
  ///   - patience: for how long a batch is tried again before its reports are refused.
  public init(
    store: Store, signals: LogSignals, patience: Duration = .seconds(2), logger: Logger,
    deliver: @escaping @Sendable ([AssignmentEvent]) -> Void
  ) {
    self.store = store
    self.signals = signals
    self.deliver = deliver
    self.patience = patience
    self.logger = logger
    (arrivals, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Stores a report and says what the store has of its spools.
  ///
  /// A piece that is stored already is acknowledged, one that overlaps is stored from where the store
  /// ends, one behind a gap is answered with where the gap begins. The acknowledgement of an unknown
  /// assignment, and that of a final frame, lets the agent forget the spool.
  public func submit(
    _ report: Report, from agent: AgentID
  ) async throws(Refusal) -> ReportAnswer {
    let arrivals = report.pieces.map { piece in
      IngestPlan.Arrival(
        agent: agent, piece: piece, scan: SpoolScan(piece.bytes, at: piece.offset))
    }
    let bytes = report.pieces.reduce(0) { $0 + $1.bytes.count }
    let result = await withCheckedContinuation { continuation in
      enqueue(Submission(arrivals: arrivals, bytes: bytes, answer: continuation))
    }
    return try result.get()
  }

  /// Stores reports until the task is cancelled; then refuses what is pending and what comes.
  public func run() async {
    for await _ in arrivals {
      while let batch = takeBatch() { await store(batch) }
    }
    let left = queue.withLock { queue in
      queue.isClosed = true
      defer { queue.pending = [] }
      return queue.pending
    }
    for submission in left { submission.answer.resume(returning: .failure(.unavailable)) }
  }

  private func enqueue(_ submission: Submission) {
    let isClosed = queue.withLock { queue in
      if !queue.isClosed { queue.pending.append(submission) }
      return queue.isClosed
    }
    if isClosed {
      submission.answer.resume(returning: .failure(.unavailable))
    } else {
      wake.yield()
    }
  }

  private func takeBatch() -> [Submission]? {
    queue.withLock { queue in
      var bytes = 0
      var count = 0
      while count < queue.pending.count, count == 0 || bytes < Self.batchBytes {
        bytes += queue.pending[count].bytes
        count += 1
      }
      if count == 0 { return nil }
      defer { queue.pending.removeFirst(count) }
      return Array(queue.pending.prefix(count))
    }
  }
}

extension SpoolIngestor {
  /// Stores a batch, or refuses it. A batch that the store will never take is stored report by report,
  /// and the one that it is about is refused at once, so that it does not hold up the others.
  private func store(_ batch: [Submission]) async {
    let deadline = ContinuousClock.now + patience
    var pause = Duration.milliseconds(5)
    while true {
      do throws(StoreError) {
        if let answers = try await attempt(batch) {
          for (submission, answer) in zip(batch, answers) {
            submission.answer.resume(returning: .success(answer))
          }
          return
        }
      } catch {
        if !error.isRetryable && !error.isUniqueViolation && batch.count > 1 {
          for submission in batch { await store([submission]) }
          return
        }
        let isHopeless = !error.isRetryable && !error.isUniqueViolation
        if isHopeless || ContinuousClock.now >= deadline || Task.isCancelled {
          logger.error("A batch of reports was not stored", metadata: ["error": "\(error)"])
          for submission in batch { submission.answer.resume(returning: .failure(.unavailable)) }
          return
        }
        if error.isUniqueViolation { continue }
        try? await Task.sleep(for: pause)
        pause = min(pause * 2, .milliseconds(250))
      }
    }
  }

  /// Nil when somebody else advanced one of the spools in the meantime: decide again.
  private func attempt(_ batch: [Submission]) async throws(StoreError) -> [ReportAnswer]? {
    let arrivals = batch.flatMap(\.arrivals)
    let named = Set(arrivals.map(\.piece.assignment))
    let targets = try await store.ask.logs.targets(named)
    let usage = try await store.ask.logs.usage(for: targets.values)
    let plan = IngestPlan(arrivals, targets: targets, usage: usage)
    let advances = plan.advances.values.sorted { $0.target.assignment < $1.target.assignment }
    let taken = advances.isEmpty ? [] : try await store.ask.logs.ingest(advances)
    if !plan.events.isEmpty && taken.allSatisfy({ $0 }) { deliver(plan.events) }
    if !plan.grown.isEmpty { signals.changed(plan.grown) }
    guard taken.allSatisfy({ $0 }) else { return nil }
    var acks = plan.acks[...]
    return batch.map { submission in
      defer { acks = acks.dropFirst(submission.arrivals.count) }
      return ReportAnswer(acks: Array(acks.prefix(submission.arrivals.count)))
    }
  }
}
