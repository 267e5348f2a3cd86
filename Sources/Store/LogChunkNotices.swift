public import Database
public import Model

/// What another member says about logs.
public enum LogGrowth: Sendable, Hashable {
  /// `member` stored more output of these executions.
  case grew([ExecutionID], member: String)
  /// Notices may have been lost: every log may have grown.
  case unknown
}

extension Store {
  private static let logChannel = "log"

  /// Tells all members whose logs grew, in as few notices as the payload's limit allows.
  public func announceLogGrowth(
    of executions: some Collection<ExecutionID>, from member: String
  ) async throws(StoreError) {
    var payload = member
    for execution in executions {
      let next = " \(execution.number)"
      if payload.utf8.count + next.utf8.count > 7_500 {
        try await ask.notify(channel: Self.logChannel, payload: payload)
        payload = member
      }
      payload += next
    }
    if payload != member { try await ask.notify(channel: Self.logChannel, payload: payload) }
  }

  /// What the members announce from now on, this one included.
  public func logGrowth() -> AsyncMapSequence<AsyncStream<DatabaseNotification>, LogGrowth> {
    database.notifications(on: [Self.logChannel]).map(Self.growth)
  }

  private static func growth(_ notification: DatabaseNotification) -> LogGrowth {
    guard case .message(_, let payload) = notification else { return .unknown }
    let words = payload.split(separator: " ")
    guard let member = words.first else { return .unknown }
    let executions = words.dropFirst().compactMap { Int64($0) }.map { ExecutionID($0) }
    return .grew(executions, member: String(member))
  }
}
