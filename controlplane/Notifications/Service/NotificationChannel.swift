public import Store

/// One way to reach receivers.
public protocol NotificationChannel: Sendable {
  /// Makes one attempt. It ends soon after the task is cancelled, and in any case within a time of its own.
  func deliver(_ facts: NotificationFacts) async -> NotificationOutcome
}

/// How an attempt to deliver a notification ended.
public struct NotificationOutcome: Sendable, Hashable {
  /// What is to come of it.
  public enum Verdict: Sendable, Hashable {
    case delivered
    /// It is to be tried again.
    case again
    /// It is to be tried again, and the receiver did not answer at all in the time that it had.
    case hung
    /// No attempt would end otherwise.
    case never
    /// The task was cancelled.
    case cancelled
  }

  public var verdict: Verdict
  public var answer: NotificationAnswer

  public init(_ verdict: Verdict, _ answer: NotificationAnswer = NotificationAnswer()) {
    self.verdict = verdict
    self.answer = answer
  }
}

/// Carries out notifications by plugins, on an agent: never in the control plane.
public protocol NotificationPlugins: Sendable {
  /// Runs a plugin for one notification: its type is the notification's receiver, `configuration` what the job has for
  /// it with its references replaced, `values` what the plugin may know, by group and key. Its `handler` is named for the
  /// event, such as `onsuccess`.
  func run(
    _ type: String, handler: String, configuration: [String: String],
    values: [String: [String: String]], for notification: NotificationRecord
  ) async -> NotificationOutcome
}

/// Notifications by plugins.
public struct PluginChannel: NotificationChannel {
  private let plugins: (any NotificationPlugins)?

  /// - Parameter plugins: nil where there are none.
  public init(_ plugins: (any NotificationPlugins)?) { self.plugins = plugins }

  public func deliver(_ facts: NotificationFacts) async -> NotificationOutcome {
    guard let plugins else {
      return NotificationOutcome(
        .never,
        NotificationAnswer(
          error: "the notification plugin '\(facts.record.receiver)' is not installed"))
    }
    let context = NotificationContext(facts)
    return await plugins.run(
      facts.record.receiver, handler: facts.event.key,
      configuration: facts.record.content.settings.mapValues { context.expand($0) },
      values: context.groups, for: facts.record)
  }
}
