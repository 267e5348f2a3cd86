import Model
public import Store

extension MemberTools {
  /// Tools over a store, which knows how jobs stand.
  public init(
    store: Store, files: ServerFileRules = ServerFileRules(),
    limits: MemberStepLimits = MemberStepLimits(), clock: any Clock<Duration> = ContinuousClock(),
    plugins: PluginTools = PluginTools(), keys: any KeyStorage = NoKeyStorage()
  ) {
    self.init(files: files, limits: limits, clock: clock, plugins: plugins, keys: keys) {
      question in
      try await JobStates(store: store).answer(question)
    }
  }
}

/// How jobs stand, asked of the store.
struct JobStates: Sendable {
  let store: Store

  /// Nil when there is no such job in the project.
  func answer(_ question: JobStateQuestion) async throws(StoreError) -> JobStateAnswer? {
    guard let record = try await job(question), record.project == question.project else {
      return nil
    }
    let last = try await store.ask.executions.lastEnd(of: record.id)
    return JobStateAnswer(
      job: record.id, isRunning: try await store.ask.executions.running(of: record.id) != nil,
      last: last?.status, customStatus: last?.customStatus)
  }

  private func job(_ question: JobStateQuestion) async throws(StoreError) -> JobRecord? {
    if let uuid = question.uuid { return try await store.ask.jobs.find(JobID(uuid)) }
    let parts = (question.name ?? "").split(separator: "/")
    return try await store.ask.jobs.find(
      project: question.project, group: parts.dropLast().joined(separator: "/"),
      name: parts.last.map(String.init) ?? "")
  }
}
