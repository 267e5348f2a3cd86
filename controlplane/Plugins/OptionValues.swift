public import Execution
import ScriptPlugin
import Synchronization

/// Values of options by script plugins of the service `OptionValues`: each list is an errand of the plugin, on the agent of
/// the member's own host. Nothing is kept between two questions.
public final class OptionValueErrands: OptionValuePlugins {
  /// Runs an errand to its end.
  public typealias Runner = @Sendable (PluginErrand) async -> PluginErrandEnd

  private let runner = Mutex<Runner?>(nil)
  private let limit: Duration
  private let clock: any Clock<Duration>

  /// - Parameter limit: how long a plugin may take for one list.
  public init(limit: Duration = .seconds(30), clock: any Clock<Duration> = ContinuousClock()) {
    self.limit = limit
    self.clock = clock
  }

  /// Who runs them; until then there are no values.
  public func connect(_ run: @escaping Runner) { runner.withLock { $0 = run } }

  public func values(
    by plugin: String, in project: String, within patience: Duration
  ) async throws(RemoteValuesError) -> [OptionChoice] {
    guard let run = runner.withLock({ $0 }) else {
      throw .plugin(plugin, reason: "the member is starting")
    }
    let errand = PluginErrand(
      .init(service: .optionValues, name: plugin), project: project,
      limit: min(limit, max(patience, .seconds(1))))
    let end = await end(of: errand, by: run, within: patience)
    guard end.verdict == .succeeded else {
      throw .plugin(plugin, reason: end.reason ?? "it did not say why")
    }
    do throws(OptionValueList.Problem) {
      return try OptionValueList(lines: end.output).choices
    } catch {
      throw .plugin(plugin, reason: error.description)
    }
  }

  /// An errand that is not waited for any more ends by its own limit, and is removed then.
  private func end(
    of errand: PluginErrand, by run: @escaping Runner, within patience: Duration
  ) async -> PluginErrandEnd {
    let (ends, end) = AsyncStream.makeStream(
      of: PluginErrandEnd.self, bufferingPolicy: .bufferingOldest(1))
    Task { end.yield(await run(errand)) }
    let timer = Task { [clock] in
      guard (try? await clock.sleep(for: patience)) != nil else { return }
      end.yield(PluginErrandEnd(.timedOut, reason: "it did not end in time"))
    }
    defer { timer.cancel() }
    for await first in ends { return first }
    return PluginErrandEnd(.cancelled, reason: "nobody waits for it any more")
  }
}
