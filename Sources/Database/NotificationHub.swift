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

  /// What tells these subscribers that listening has begun; see `Delivery`.
  public func greeting(_ subscribers: [UInt64]) -> Delivery {
    Delivery(.reconnected, to: subscribers.compactMap { members[$0]?.continuation })
  }

  /// What hands a message to everyone who listens to its channel; see `Delivery`.
  public func delivery(_ channel: String, _ payload: String) -> Delivery {
    Delivery(
      .message(channel: channel, payload: payload),
      to: members.values.filter { $0.channels.contains(channel) }.map(\.continuation))
  }

  /// A notification on its way. It must be made under the lock of whoever has the hub, and sent without that lock:
  /// a subscriber that is just being cancelled waits for the lock, and whoever yields to it waits for the subscriber.
  public struct Delivery: Sendable {
    private let notification: DatabaseNotification
    private let subscribers: [AsyncStream<DatabaseNotification>.Continuation]

    init(
      _ notification: DatabaseNotification,
      to subscribers: [AsyncStream<DatabaseNotification>.Continuation]
    ) {
      self.notification = notification
      self.subscribers = subscribers
    }

    public func send() { for subscriber in subscribers { subscriber.yield(notification) } }
  }
}
