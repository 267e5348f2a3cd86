import Store

/// Whom a notification is for, as the job has it.
struct NotificationReceiver: Sendable, Hashable {
  let kind: NotificationKind
  /// A URL, an address or a plugin's type.
  let name: String
  let settings: [String: String]
  /// What others wait for when this one does not answer: a webhook's host, all mail, a plugin's type.
  let fairness: String

  init(webhook url: String, settings: [String: String]) {
    kind = .webhook
    name = url
    self.settings = settings
    fairness = "webhook \(Self.authority(of: url))"
  }

  init(address: String, settings: [String: String]) {
    kind = .email
    name = address
    self.settings = settings
    fairness = Self.mail
  }

  init(plugin type: String, settings: [String: String]) {
    kind = .plugin
    name = type
    self.settings = settings
    fairness = "plugin \(type)"
  }

  /// All mail goes to one server.
  static let mail = "email"

  /// `host:port` of a URL; the whole of one whose host is a reference.
  static func authority(of url: String) -> String {
    guard let start = url.firstRange(of: "://")?.upperBound else { return url }
    let authority = url[start...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] }
    let name = String(host ?? authority).lowercased()
    return name.contains("$") ? url : name
  }
}
