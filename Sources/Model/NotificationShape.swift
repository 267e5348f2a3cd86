/// The shapes that a definition's notifications may have, brought into one.
enum NotificationShape {
  private static let emailKeys: Set<String> = [
    "recipients", "subject", "attachLog", "attachLogInFile", "attachLogInline",
  ]

  /// `notification` with a list under each trigger, in which each map is one email, webhook or plugin.
  /// What has no known shape stays as it is, to be refused by name.
  static func canonical(_ value: JobValue) -> JobValue {
    guard case .map(let triggers) = value.canonical else { return value.canonical }
    return .map(triggers.map { JobEntry($0.key, .list(list($0.value).flatMap(items))) })
  }

  private static func list(_ value: JobValue) -> [JobValue] {
    switch value {
    case .list(let items): items
    case .null, .text(""): []
    default: [value]
    }
  }

  private static func items(_ value: JobValue) -> [JobValue] {
    guard case .map(let entries) = value else { return [value] }
    var items: [JobValue] = []
    var rest: [JobEntry] = []
    for entry in entries {
      switch entry.key {
      case "email": items.append(.map([entry]))
      case "plugin": items += list(entry.value).map { .map([JobEntry("plugin", plugin($0))]) }
      default: rest.append(entry)
      }
    }
    if rest.contains(where: { $0.key == "recipients" }) {
      let email = rest.filter { emailKeys.contains($0.key) }
      rest.removeAll { emailKeys.contains($0.key) }
      items.append(.map([JobEntry("email", .map(email))]))
    }
    return rest.isEmpty ? items : items + [.map(rest)]
  }

  /// Settings that are empty are none: XML cannot tell them apart.
  private static func plugin(_ value: JobValue) -> JobValue {
    value.withoutEmpty(["configuration"]) ?? .map([])
  }
}
