import Model
public import Store

/// Runs plugins on the agent of the member's own host, outside of jobs.
///
/// An errand is an execution like any other, so that agents, time limits and the death of members are what they are
/// for steps; it is one of a project that no list shows, and it is removed once its end is known.
public struct PluginErrands: Sendable {
  /// The project of all errands. No project of a user has such a name.
  public static let project = ProjectStore.hidden

  private let store: Store
  private let control: any ExecutionControl
  private let output: StepOutput
  private let removal: ExecutionRemoval
  private let clock: any Clock<Duration>

  /// - Parameter output: reads what the plugins print.
  public init(
    store: Store, control: any ExecutionControl, output: StepOutput, removal: ExecutionRemoval,
    clock: any Clock<Duration> = ContinuousClock()
  ) {
    self.store = store
    self.control = control
    self.output = output
    self.removal = removal
    self.clock = clock
  }

  /// How much longer than its limit an errand is waited for: its agent ends it, and says so.
  static let patience = Duration.seconds(30)

  /// Runs it to its end, which comes soon after its limit at the latest.
  public func run(_ errand: PluginErrand) async -> PluginErrandEnd {
    let record: ExecutionRecord
    do {
      _ = try await store.ask.projects.insert(
        name: Self.project, description: "What plugins do outside of jobs")
      record = try await control.launch(RunRequest(.errand(errand), user: "quarterdeck"))
    } catch {
      return PluginErrandEnd(.failed, reason: "\(error)")
    }
    let end = await end(of: record.id, within: errand.limit + Self.patience)
    // What it leaves is removed even when this task is cancelled meanwhile.
    await Task { await self.forget(record.id) }.value
    return end
  }

  private func end(of id: ExecutionID, within limit: Duration) async -> PluginErrandEnd {
    let ended = await withTaskGroup(of: ExecutionRecord?.self) { group in
      group.addTask { try? await control.waitUntilEnded(id) }
      group.addTask {
        try? await clock.sleep(for: limit)
        return nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      return first
    }
    if Task.isCancelled { return PluginErrandEnd(.cancelled) }
    guard let ended else {
      return PluginErrandEnd(.timedOut, reason: "the plugin did not end in time")
    }
    return await read(ended)
  }

  private func read(_ record: ExecutionRecord) async -> PluginErrandEnd {
    let stored = try? await store.ask.executions.stored([record.id])[record.id]?.get()
    let state = stored?.states.first { !($0.reason ?? "").isEmpty } ?? stored?.states.first
    let reason = state?.reason ?? record.endReason
    let lines = await lines(of: record.id)
    switch record.status {
    case .succeeded: return PluginErrandEnd(.succeeded, exitCode: 0, output: lines)
    case .timedout:
      return PluginErrandEnd(
        .timedOut, reason: "the plugin did not end in time", exitCode: state?.exitCode,
        output: lines)
    default:
      let isRefused = reason?.hasPrefix("ConfigurationFailure") ?? false
      return PluginErrandEnd(
        isRefused ? .refused : .failed, reason: reason ?? "the plugin failed",
        exitCode: state?.exitCode, output: lines)
    }
  }

  /// At most as many as an option may have values.
  private func lines(of id: ExecutionID) async -> [String] {
    var lines: [String] = []
    var place: Int64? = 0
    while let from = place, lines.count < 20_000,
      let page = try? await output.page(id, StepKey(step: "1", node: ""), from)
    {
      lines += page.lines
      place = page.next
    }
    return lines
  }

  /// Ends it where it has not, and removes it. What cannot be removed now is the sweep's.
  private func forget(_ id: ExecutionID) async {
    if ((try? await removal.remove([id])) ?? []).contains(id) { return }
    _ = try? await control.endIncomplete(id, by: "quarterdeck")
    _ = try? await removal.remove([id])
  }

  /// Removes what errands left whose member died: those that ended more than an hour ago.
  public func sweep() async throws {
    var query = ExecutionHistoryQuery(projects: [Self.project])
    query.endedBefore = .seconds(3_600)
    query.limit = 1_000
    let left = try await store.ask.executionHistory.page(query).executions
    guard !left.isEmpty else { return }
    _ = try await removal.remove(left.map(\.id))
  }
}
