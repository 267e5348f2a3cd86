/// Who listens to which channels within this process: both engines hand notifications on through one.
public struct NotificationHub: Sendable {
  private struct Subscriber {
    let channels: Set<String>
    let continuation: AsyncStream<DatabaseNotification>.Continuation
  }

  private var members: [UInt64: Subscriber] = [:]
  private var last: UInt64 = 0

  /// A hub without subscribers.
  public init() {}

  /// All channels that somebody listens to.
  public var channels: [String] {
    members.values.reduce(into: Set()) { $0.formUnion($1.channels) }.sorted()
  }

  /// The numbers of all subscribers.
  public var subscribers: [UInt64] { Array(members.keys) }

  /// Adds a subscriber and answers its number.
  public mutating func add(
    _ channels: [String], _ continuation: AsyncStream<DatabaseNotification>.Continuation
  ) -> UInt64 {
    last += 1
    members[last] = Subscriber(channels: Set(channels), continuation: continuation)
    return last
  }

  /// Takes a subscriber out; true when it was the last one.
  public mutating func remove(_ id: UInt64) -> Bool {
    members[id] = nil
    return members.isEmpty
  }

  /// Takes all subscribers out, for the caller to finish.
  public mutating func removeAll() -> [AsyncStream<DatabaseNotification>.Continuation] {
    defer { members = [:] }
    return members.values.map(\.continuation)
  }

  /// Tells subscribers that listening has begun.
  public func greet(_ subscribers: [UInt64]) {
    for id in subscribers { members[id]?.continuation.yield(.reconnected) }
  }

  /// Hands a message to everyone who listens to its channel.
  public func deliver(_ channel: String, _ payload: String) {
    for member in members.values where member.channels.contains(channel) {
      member.continuation.yield(.message(channel: channel, payload: payload))
    }
  }
}
