/// The spool file: `magic`, then frames. Spool offsets count bytes of the file, so that the first frame
/// is at `firstOffset`.
public enum SpoolFile {
  /// The first 8 bytes of every spool file: `QDSPOOL1`.
  public static let magic: [UInt8] = Array("QDSPOOL1".utf8)
  /// Where the first frame begins.
  public static let firstOffset = 8
}

/// The payload of a `started` frame: i32 process, i32 supervisor, UTF-8 boot id.
public struct StartedPayload: Sendable, Hashable {
  public var process: Int32
  public var supervisor: Int32
  public var bootID: String

  public init(process: Int32, supervisor: Int32, bootID: String) {
    self.process = process
    self.supervisor = supervisor
    self.bootID = bootID
  }

  public init(_ payload: ArraySlice<UInt8>) throws(SpoolError) {
    guard payload.count >= 8 else { throw .badPayload(.started) }
    process = payload.int32(at: 0)
    supervisor = payload.int32(at: 4)
    bootID = String(decoding: payload.dropFirst(8), as: UTF8.self)
  }

  public var bytes: [UInt8] { process.bytes + supervisor.bytes + Array(bootID.utf8) }
}

/// The payload of an `ended` frame: i32 exit code or -1, i32 signal or 0, u8 reason.
public struct EndedPayload: Sendable, Hashable {
  /// Why the step ended.
  public enum Reason: UInt8, Sendable, Hashable, CaseIterable {
    /// By itself, with an exit code or by a signal that was not the supervisor's.
    case exited = 0
    /// Someone asked for it, and the whole process tree is gone.
    case killed = 1
    /// Its time was over, and the whole process tree is gone.
    case timedOut = 2
  }

  /// 0…255, or -1 when a signal ended the process.
  public var exitCode: Int32
  /// The signal that ended the process, or 0.
  public var signal: Int32
  public var reason: Reason

  public init(exitCode: Int32, signal: Int32, reason: Reason) {
    self.exitCode = exitCode
    self.signal = signal
    self.reason = reason
  }

  public init(_ payload: ArraySlice<UInt8>) throws(SpoolError) {
    guard payload.count >= 9, let reason = Reason(rawValue: payload[payload.startIndex + 8]) else {
      throw .badPayload(.ended)
    }
    exitCode = payload.int32(at: 0)
    signal = payload.int32(at: 4)
    self.reason = reason
  }

  public var bytes: [UInt8] { exitCode.bytes + signal.bytes + [reason.rawValue] }
}

extension Int32 {
  fileprivate var bytes: [UInt8] { withUnsafeBytes(of: littleEndian) { Array($0) } }
}

extension ArraySlice<UInt8> {
  fileprivate func int32(at offset: Int) -> Int32 {
    withUnsafeBytes {
      Int32(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Int32.self))
    }
  }
}
