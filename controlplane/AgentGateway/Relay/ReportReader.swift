import Execution
import Logging
import Model
import Store

/// Reads what agents have reported to other members of the executions that this member carries.
final class ReportReader: Sendable {
  private let store: Store
  private let executions: any CarriedExecutions
  private let logger: Logger
  private let reported = Gathering<ExecutionID>()

  init(store: Store, executions: any CarriedExecutions, logger: Logger) {
    self.store = store
    self.executions = executions
    self.logger = logger
  }

  /// Reads these soon; executions that this member does not carry are passed over.
  func wake(_ ids: some Collection<ExecutionID>) {
    reported.add(ids.filter { executions.carries($0) })
  }

  /// Reads until the task is cancelled. What fails is found by the next look at everything.
  func run() async {
    for await _ in reported.arrivals {
      let ids = reported.takeAll()
      do throws(StoreError) {
        try await read(await executions.openWork(of: ids))
      } catch {
        logger.warning("Reports were not read", metadata: ["error": "\(error)"])
      }
    }
  }

  /// Delivers what is stored of this work and was not known to the conductor.
  func read(_ work: OpenWork) async throws(StoreError) {
    guard !work.isEmpty else { return }
    let reports = try await store.ask.assignments.reported(
      unstarted: (work.undelivered + work.unstarted).map(\.assignment),
      started: work.started.map(\.assignment))
    let limits = try await store.ask.executions.reachedLogLimits(of: work.executions)
    executions.deliver(
      reports.flatMap(\.events)
        + limits.map { .logLimitReached($0.execution, node: $0.node, at: $0.at) })
  }
}

extension AssignmentReport {
  fileprivate var events: [AssignmentEvent] {
    var events: [AssignmentEvent] = []
    if let startedAt { events.append(.started(assignment, execution, at: startedAt)) }
    if let survivors, let startedAt, outcome == nil {
      events.append(
        .unconfirmed(assignment, execution, processes: survivors, at: startedAt))
    }
    if let outcome, let endedAt {
      events.append(.ended(assignment, execution, outcome, at: endedAt))
    }
    return events
  }
}
