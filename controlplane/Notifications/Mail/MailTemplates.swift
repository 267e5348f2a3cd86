import Model
import Store

/// `rundeck.mail.*`: how mail looks, for everything, for an event, or for one job of a project.
public struct MailTemplates: Sendable, Hashable {
  /// The settings by the rest of their names, such as `template.subject` and `failure.template.file`.
  private let values: [String: String]

  public init(_ values: [String: String]) { self.values = values }

  /// The setting for the job, else for the event, else for all.
  func value(_ name: String, _ facts: NotificationFacts) -> String? {
    let job = "\(facts.record.project).\(facts.job.name)"
    return [job + ".", facts.event.rawValue + ".", ""].lazy
      .compactMap { values["\($0)template.\(name)"] }.first { !$0.isEmpty }
  }

  /// Whether log lines get their time, node and step in front.
  func isLogFormatted(_ facts: NotificationFacts) -> Bool {
    value("log.formatted", facts)?.lowercased() == "true"
  }

  func logExtension(_ facts: NotificationFacts) -> String {
    let text = value("log.extension", facts) ?? "txt"
    return text.hasPrefix(".") ? String(text.dropFirst()) : text
  }

  func logType(_ facts: NotificationFacts) -> String {
    value("log.contentType", facts) ?? "text/plain"
  }

  /// The subject, its references replaced: the notification's own, the configured one, or Rundeck's.
  func subject(_ facts: NotificationFacts, _ context: NotificationContext) -> String {
    let own = facts.record.content.settings["subject"].flatMap { $0.trimmed.isEmpty ? nil : $0 }
    return context.expand(own ?? value("subject", facts) ?? Self.subject).trimmed
  }

  private static let subject =
    "${notification.eventStatus} [${execution.project}] ${job.group}/${job.name} ${execution.argstring}"

  /// The file of the text; nil for the built-in one. What stands for a reference in it is a name and never a path.
  func file(_ facts: NotificationFacts, _ context: NotificationContext) -> String? {
    value("file", facts).map { template in
      context.expand(template) { value, _ in
        let name = value.map { $0 == "/" || $0 == "\0" ? "_" : "\($0)" }.joined()
        return name == ".." || name == "." ? "_" : name
      }
    }
  }
}
