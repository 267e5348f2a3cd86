public import Database

extension StoreScope {
  static let clusterChannel = "cluster"

  /// Tells all members, in as few payloads as their limit allows; within a transaction when, and only if, it
  /// commits. Without an origin every member hears it, this one too.
  public func announce(
    _ notices: [ClusterNotice], from origin: MemberSession? = nil
  ) async throws(StoreError) {
    for payload in ClusterPayload.payloads(of: notices, from: origin) {
      try await notify(channel: Self.clusterChannel, payload: payload)
    }
  }
}

extension Store {
  /// Tells all members; `origin` is how this one recognises its own notices.
  public func announce(
    _ notices: [ClusterNotice], from origin: MemberSession?
  ) async throws(StoreError) {
    try await ask.announce(notices, from: origin)
  }

  /// What the members announce from now on, this one included; `unknown` whenever listening has begun, also
  /// first of all. What a newer member says and this program does not know is left out.
  public func clusterNotices()
    -> AsyncMapSequence<AsyncStream<DatabaseNotification>, ClusterMessage>
  {
    database.notifications(on: [StoreScope.clusterChannel]).map { notification in
      guard case .message(_, let payload) = notification else {
        return ClusterMessage(origin: nil, notices: [.unknown])
      }
      return ClusterPayload.message(payload)
    }
  }
}
