/// How a daemon's services tell the service manager how far they are.
///
/// The service that makes the daemon usable (a server that listens, an agent that has its credential) calls ``ready(_:)``
/// once; anyone may say what is going on with ``update(_:)``. Safe from any task; nothing here waits.
public struct DaemonStatus: Sendable {
  enum Event: Sendable, Equatable {
    case ready(String?)
    case status(String)
  }

  let events: AsyncStream<Event>
  private let continuation: AsyncStream<Event>.Continuation

  /// A status of which nothing has been said yet.
  public init() {
    (events, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(64))
  }

  /// The daemon does its work from now on: READY=1, with a line for `systemctl status`.
  public func ready(_ status: String? = nil) {
    continuation.yield(.ready(status))
  }

  /// A line for `systemctl status`.
  public func update(_ status: String) {
    continuation.yield(.status(status))
  }
}
