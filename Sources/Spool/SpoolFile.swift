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

extension Int32 {
  var bytes: [UInt8] { withUnsafeBytes(of: littleEndian) { Array($0) } }
}

extension ArraySlice<UInt8> {
  func int32(at offset: Int) -> Int32 {
    withUnsafeBytes {
      Int32(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Int32.self))
    }
  }
}
