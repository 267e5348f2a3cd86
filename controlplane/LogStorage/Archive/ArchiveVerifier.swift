import Logs
import Store

/// Reads a stored object back and proves that it and its index are the log: each part of the object has the SHA-256 that
/// it was written with, the parts are all of the object, and the chunks that come out of it have the chain that the live
/// log has.
struct ArchiveVerifier {
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

  /// The next portion is read while the one before it is proven.
  private func readBack(_ size: Int64) async throws -> (digest: [UInt8], proof: LogProof) {
    var digest = ObjectDigest()
    var proof = LogProof()
    var portion = try await read(from: 0, behind: 0, of: size)
    while true {
      let current = portion
      async let following = current.isLast ? nil : read(behind: current, of: size)
      let parts = try await ArchivePart.parts(of: current, key: key, isCompressed: isCompressed)
      for part in parts {
        digest.take(digest: part.digest)
        for chunk in part.chunks where !proof.take(chunk) {
          throw LogStorageError(.damaged, "the stored log has a gap at position \(proof.position)")
        }
      }
      guard let next = try await following else { break }
      portion = next
    }
    proof.finish()
    return (digest.value, proof)
  }

  private func read(behind portion: ArchivePortion, of size: Int64) async throws -> ArchivePortion {
    try await read(from: portion.logEnd, behind: portion.end, of: size)
  }

  /// The portion whose first segment begins at `position` of the log and behind `offset` of the object.
  private func read(
    from position: Int64, behind offset: Int64, of size: Int64
  ) async throws -> ArchivePortion {
    let segments = try await store.ask.logStorage.segments(
      of: claim.id, claim: claim.number, from: position, limit: ArchivePortion.segments
    ).filter { $0.position >= position }
    let end = segments.last.map { $0.objectOffset + $0.objectLength } ?? size
    guard offset <= end else {
      throw LogStorageError(.damaged, "the index of \(key) goes back at byte \(end)")
    }
    let bytes = try await backend.read(key, offset..<end)
    guard Int64(bytes.count) == end - offset else {
      throw LogStorageError(.damaged, "\(key) ends before byte \(end)")
    }
    return ArchivePortion(offset: offset, bytes: bytes, segments: segments)
  }
}
