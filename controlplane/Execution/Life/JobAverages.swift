public import Model
public import Store

/// How long a job's executions take on average, for whoever compares one with them (`onavgduration`).
public struct JobAverages: Sendable {
  private let store: Store

  public init(_ store: Store) { self.store = store }

  /// The average of the last 25 executions that succeeded; nil when there were none. It costs the same however
  /// long the job's history is.
  public func average(of job: JobID) async throws(StoreError) -> Duration? {
    try await store.ask.jobs.averageDuration(of: job).map { .microseconds($0) }
  }
}
