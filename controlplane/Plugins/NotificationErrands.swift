public import Execution
public import Notifications
import ScriptPlugin
public import Store
import Synchronization

/// Delivers notifications by script plugins: each is an errand of the plugin, on the agent of the member's own host.
public final class NotificationErrands: NotificationPlugins {
  private let errands = Mutex<PluginErrands?>(nil)
  private let limit: Duration

  /// - Parameter limit: how long a plugin may take for one notification.
  public init(limit: Duration) { self.limit = limit }

  /// Who runs them; until then notifications are tried again later.
  public func connect(_ errands: PluginErrands) { self.errands.withLock { $0 = errands } }

  public func run(
    _ type: String, handler: String, configuration: [String: String],
    values: [String: [String: String]], for notification: NotificationRecord
  ) async -> NotificationOutcome {
    guard let errands = errands.withLock({ $0 }) else {
      return NotificationOutcome(.again, NotificationAnswer(error: "the member is starting"))
    }
    var values = values
    values["notification", default: [:]]["handler"] = handler
    values["notification", default: [:]]["delivery"] = notification.deliveryID
    let end = await errands.run(
      PluginErrand(
        .init(service: .notification, name: type), project: notification.project,
        settings: configuration, values: values, limit: limit))
    return Self.outcome(of: end)
  }

  /// The end of what the plugin printed is the answer.
  static func outcome(of end: PluginErrandEnd) -> NotificationOutcome {
    let text = end.output.suffix(20).joined(separator: "\n").suffix(1_000)
    let answer = NotificationAnswer(
      code: end.exitCode.map(Int.init), text: text.isEmpty ? nil : String(text),
      error: end.verdict == .succeeded ? nil : end.reason ?? "the plugin failed")
    let verdict: NotificationOutcome.Verdict =
      switch end.verdict {
      case .succeeded: .delivered
      case .failed: .again
      case .refused: .never
      case .timedOut: .hung
      case .cancelled: .cancelled
      }
    return NotificationOutcome(verdict, answer)
  }
}
