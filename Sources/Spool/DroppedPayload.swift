/// The payload of a `dropped` frame: u64 little endian, how many bytes of output were not kept.
public struct DroppedPayload: Sendable, Hashable {
  /// Bytes of both streams together, as they would have been kept.
  public var count: UInt64

  public init(count: UInt64) { self.count = count }

  public init(_ payload: ArraySlice<UInt8>) throws(SpoolError) {
    guard payload.count >= 8 else { throw .badPayload(.dropped) }
    count = payload.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
  }

  public var bytes: [UInt8] { withUnsafeBytes(of: count.littleEndian) { Array($0) } }
}
