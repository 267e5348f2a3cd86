/// Who asks a supervisor by SIGTERM to end its step, and how long it may take. Pure.
public struct KillRequest: Sendable, Hashable {
  /// From SIGTERM to SIGKILL in milliseconds, when the sender says it.
  public var grace: Int64?
  /// The host stops: its first process ends everybody. Agents send a grace along, also as a container's first process.
  public var isOfHost: Bool

  /// - Parameters:
  ///   - sender: the process that sent the signal.
  ///   - value: what came with it (`sigqueue`).
  public init(sender: UInt32, value: Int32?) {
    grace = value.map(Int64.init)
    isOfHost = sender == 1 && value == nil
  }
}
