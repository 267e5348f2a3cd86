import Cryptography
public import Store

/// Computes a log's chain from its chunks, whole ones or in parts, with the memory of one chunk. Pure.
public struct LogProof: Sendable {
  /// Up to where the chunks follow each other.
  public private(set) var position: Int64 = 0
  /// The entries so far.
  public private(set) var lines: Int64 = 0
  /// The chain after the last whole chunk; all of them after `finish`.
  public private(set) var chain = LogChunkStore.chainStart
  private var open: (position: Int64, data: [UInt8])?

  public init() {}

  /// Takes the next chunk; false, and nothing taken, when it does not begin where the one before it ends.
  public mutating func take(_ chunk: LogChunk) -> Bool {
    guard chunk.position == position else { return false }
    if chunk.isContinuation, open != nil {
      open?.data += chunk.data
    } else {
      finish()
      open = (position, chunk.data)
    }
    position = chunk.end
    lines += chunk.lines
    return true
  }

  /// Nothing comes any more.
  public mutating func finish() {
    guard let chunk = open else { return }
    chain = LogChunkStore.chain(
      after: chain, position: chunk.position, digest: Digest.sha256(chunk.data))
    open = nil
  }
}
