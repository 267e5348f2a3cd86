/// Whom a job's executions tell what, and when (`notification`).
public struct JobNotifications: Sendable, Hashable {
  /// The event that a notification follows.
  public enum Trigger: String, Sendable, Hashable, Codable, CaseIterable {
    case start = "onstart"
    case success = "onsuccess"
    case failure = "onfailure"
    case averageDuration = "onavgduration"
    case retryableFailure = "onretryablefailure"

    /// As webhooks and plugins are told it: `success`, `failure`…
    public var name: String { String(rawValue.dropFirst(2)) }
  }

  /// What each trigger sends, in the definition's order; a trigger that sends nothing has no entry.
  public var items: [Trigger: [JobNotification]]

  public init(_ items: [Trigger: [JobNotification]] = [:]) { self.items = items }

  /// Reads a map of triggers, each a map or a list of maps.
  ///
  /// - Throws: `JobProblem` for an unknown trigger, an unknown key and a notification that names no
  ///   recipient.
  public init(_ value: JobValue, path: String = "notification") throws(JobProblem) {
    self.init()
    guard value != .text("") else { return }
    guard case .map(let triggers) = value else {
      throw JobProblem(field: path, message: "expected a map, found \(value.kindName)")
    }
    for entry in triggers {
      guard let trigger = Trigger(rawValue: entry.key) else {
        let allowed = Trigger.allCases.map(\.rawValue).joined(separator: ", ")
        throw JobProblem(
          field: "\(path).\(entry.key)", message: "unknown trigger; must be one of \(allowed)")
      }
      let found = try Self.items(entry.value, path: "\(path).\(entry.key)")
      if !found.isEmpty { items[trigger] = found }
    }
  }

  private static func items(
    _ value: JobValue, path: String
  ) throws(JobProblem) -> [JobNotification] {
    switch value {
    case .null, .text(""): return []
    case .list(let list):
      var found: [JobNotification] = []
      for (index, item) in list.enumerated() {
        found += try JobNotification.all(in: item, path: "\(path)[\(index)]")
      }
      return found
    default: return try JobNotification.all(in: value, path: path)
    }
  }

  /// `notification` in the one shape that comes through every format: a list under each trigger, each item
  /// one email, webhook or plugin.
  public static func canonical(_ value: JobValue) -> JobValue { NotificationShape.canonical(value) }

  public subscript(trigger: Trigger) -> [JobNotification] { items[trigger] ?? [] }
}

extension Job {
  /// `notification`. Definitions are checked when they are imported, so what cannot be read here tells
  /// nobody.
  public var notifications: JobNotifications {
    kept["notification"].flatMap { try? JobNotifications($0) } ?? JobNotifications()
  }
}
