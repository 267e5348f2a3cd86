import Model
import Store

/// Whom a notification is for, as the job has it.
struct NotificationReceiver: Sendable, Hashable {
  let kind: NotificationKind
  /// A URL, an address or a plugin's type.
  let name: String
  let settings: [String: String]
  /// What others wait for when this one does not answer: a webhook's host, all mail, a plugin's type.
  let fairness: String

  /// The receivers of one notification.
  static func all(of notification: JobNotification) -> [NotificationReceiver] {
    switch notification {
    case .webhook(let webhook):
      webhook.urls.listed.map {
        NotificationReceiver(
          kind: .webhook, name: $0, settings: webhook.settings,
          fairness: "webhook \(authority(of: $0))")
      }
    case .email(let email):
      // All mail goes to one server.
      email.recipients.listed.map {
        NotificationReceiver(kind: .email, name: $0, settings: email.settings, fairness: "email")
      }
    case .plugin(let plugin):
      [
        NotificationReceiver(
          kind: .plugin, name: plugin.type, settings: plugin.texts,
          fairness: "plugin \(plugin.type)")
      ]
    }
  }

  /// `host:port` of a URL; the whole of one whose host is a reference.
  static func authority(of url: String) -> String {
    guard let start = url.firstRange(of: "://")?.upperBound else { return url }
    let authority = url[start...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] }
    let name = String(host ?? authority).lowercased()
    return name.contains("$") ? url : name
  }
}

extension WebhookNotification {
  /// What goes with each of its addresses: `method`, `format`, and `header NAME` for each header.
  var settings: [String: String] {
    var settings = ["method": method, "format": format.rawValue]
    for (name, value) in headers { settings[Self.headerPrefix + name] = value }
    return settings
  }

  static let headerPrefix = "header "
}

extension EmailNotification {
  /// What goes with each of its addresses: `subject` and `log`.
  var settings: [String: String] {
    var settings: [String: String] = [:]
    settings["subject"] = subject
    settings["log"] = log?.rawValue
    return settings
  }
}
