extension JobValue {
  /// The same value in the one form that comes through every format unchanged: keys in alphabetical order,
  /// and scalars as texts, because XML has no others. Only known switches stay true or false.
  public var canonical: JobValue { canonical(under: "") }

  /// The same of what is under a key.
  public func canonical(under key: String) -> JobValue {
    switch self {
    case .list(let items): return .list(items.map { $0.canonical(under: key) })
    case .map(let entries):
      return .map(
        entries.map { JobEntry($0.key, $0.value.canonical(under: $0.key)) }
          .sorted { $0.key < $1.key })
    case .null: return .text("")
    case .boolean, .number, .text:
      let text = scalarText ?? ""
      guard Self.switches.contains(key) else { return .text(text) }
      switch text.lowercased() {
      case "true": return .boolean(true)
      case "false": return .boolean(false)
      default: return .text(text)
      }
    }
  }

  /// The keys that Rundeck writes as true or false.
  private static let switches: Set<String> = [
    "attachLogInFile", "attachLogInline", "childNodes", "enabled", "excludePrecedence",
    "failOnDisable", "ignoreNotifications", "importOptions", "keepgoing", "nodeIntersect",
    "successOnEmptyNodeFilter",
  ]

  /// The entries of a map without those of these keys that are empty; nil when none is left.
  func withoutEmpty(_ keys: Set<String>) -> JobValue? {
    guard case .map(let entries) = self else { return self == .text("") ? nil : self }
    let rest = entries.filter { entry in
      !keys.contains(entry.key) || ![.map([]), .text(""), .null].contains(entry.value)
    }
    return rest.isEmpty ? nil : .map(rest)
  }

  /// `nodefilters` in its canonical form; nil when it says nothing.
  public var canonicalNodeFilters: JobValue? {
    canonical.withoutEmpty(["dispatch", "include", "exclude"])
  }
}
