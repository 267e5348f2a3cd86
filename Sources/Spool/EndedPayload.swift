/// The payload of an `ended` frame: i32 exit code or -1, i32 signal or 0, u8 reason, and with the reason
/// `limitExceeded` a UTF-8 text.
public struct EndedPayload: Sendable, Hashable {
  /// Why the step ended.
  public enum Reason: UInt8, Sendable, Hashable, CaseIterable {
    /// By itself, with an exit code or by a signal that was not the supervisor's.
    case exited = 0
    /// Someone asked for it, and the whole process tree is gone.
    case killed = 1
    /// Its time was over, and the whole process tree is gone.
    case timedOut = 2
    /// It took more than it may, and the whole process tree is gone. The text says of what.
    case limitExceeded = 3
  }

  /// 0…255, or -1 when a signal ended the process.
  public var exitCode: Int32
  /// The signal that ended the process, or 0.
  public var signal: Int32
  public var reason: Reason
  /// Which limit was exceeded, as in "memory limit of 512 MiB"; empty with every other reason.
  public var limit: String

  public init(exitCode: Int32, signal: Int32, reason: Reason, limit: String = "") {
    self.exitCode = exitCode
    self.signal = signal
    self.reason = reason
    self.limit = limit
  }

  public init(_ payload: ArraySlice<UInt8>) throws(SpoolError) {
    guard payload.count >= 9, let reason = Reason(rawValue: payload[payload.startIndex + 8]) else {
      throw .badPayload(.ended)
    }
    self.reason = reason
    exitCode = payload.int32(at: 0)
    signal = payload.int32(at: 4)
    limit =
      reason == .limitExceeded ? String(decoding: payload.dropFirst(9), as: UTF8.self) : ""
  }

  public var bytes: [UInt8] {
    exitCode.bytes + signal.bytes + [reason.rawValue] + Array(limit.utf8)
  }
}
