import Cryptography
import Logs
import Store

/// Reads a stored object back and proves that it and its index are the log: the object's size and SHA-256 are those of
/// what was written, and the chunks that come out of it have the chain that the live log has.
struct ArchiveVerifier {
  /// How much of the object is read at once.
  private static let stride = 16

  let store: Store
  let backend: any LogStorageBackend
  let key: String
  let claim: LogStorageClaim
  let isCompressed: Bool

  /// Throws `damaged`, or `missing` when there is no object.
  ///
  /// - Parameter chain: the live log's at `size`; nil when it has none from its start on.
  func verify(
    _ result: ArchiveProducer.Result, size: Int64, chain: [UInt8]?
  ) async throws {
    guard let stored = try await backend.size(of: key) else {
      throw LogStorageError(.missing, "\(key) was written and is not there")
    }
    guard stored == result.objectSize else {
      throw LogStorageError(
        .damaged, "\(key) has \(stored) bytes, and \(result.objectSize) were written")
    }
    let (digest, proof) = try await readBack(result.objectSize)
    guard digest == result.digest else {
      throw LogStorageError(.damaged, "\(key) reads back as something else than was written")
    }
    guard proof.position == size, proof.lines == result.lines else {
      throw LogStorageError(.damaged, "\(key) holds \(proof.position) bytes of \(size) of the log")
    }
    if let chain, proof.chain != chain {
      throw LogStorageError(.damaged, "\(key) does not end with the chain of the live log")
    }
  }

  private func readBack(_ size: Int64) async throws -> (digest: [UInt8], proof: LogProof) {
    var digest = Digest(.sha256)
    var proof = LogProof()
    var offset: Int64 = 0
    while true {
      let segments = try await store.ask.logStorage.segments(
        of: claim.id, claim: claim.number, from: proof.position, limit: Self.stride
      ).filter { $0.position >= proof.position }
      let end = segments.last.map { $0.objectOffset + $0.objectLength } ?? size
      let bytes = try await backend.read(key, offset..<end)
      guard Int64(bytes.count) == end - offset else {
        throw LogStorageError(.damaged, "\(key) ends before byte \(end)")
      }
      digest.update(bytes)
      for segment in segments { try prove(segment, in: bytes, from: offset, &proof) }
      offset = end
      if segments.isEmpty { break }
    }
    proof.finish()
    return (digest.finish(), proof)
  }

  private func prove(
    _ segment: LogSegment, in bytes: [UInt8], from offset: Int64, _ proof: inout LogProof
  ) throws(LogStorageError) {
    let start = Int(segment.objectOffset - offset)
    guard start >= 0, start + Int(segment.objectLength) <= bytes.count else {
      throw LogStorageError(.damaged, "the index of \(key) has a gap")
    }
    var decoder = try SegmentDecoder(
      segment, bytes: Array(bytes[start..<start + Int(segment.objectLength)]),
      isCompressed: isCompressed)
    for chunk in try decoder.chunks() where !proof.take(chunk) {
      throw LogStorageError(.damaged, "the stored log has a gap at position \(proof.position)")
    }
  }
}
