import Logs
import Model
import Store

/// The chunks of one log up to a position that a chunk ends at: those that the live log has given up from the stored copy,
/// the others from the store.
struct ArchiveSource: Sendable {
  /// How much of the log is in memory at once, in bytes; two such portions are.
  static let portion: Int64 = 2 << 20

  let store: Store
  let execution: ExecutionID
  /// Where the live chunks begin.
  let released: Int64
  /// Where to stop.
  let end: Int64
  let copies: StoredLogSource

  /// The chunks from `position` on, at least one. Throws `damaged` when there is a gap.
  func chunks(from position: Int64) async throws -> [LogChunk] {
    let chunks: [LogChunk]
    if position < released {
      chunks = try await copies.archived(of: execution, from: position, bytes: Self.portion)
        .filter { $0.end <= released }
    } else {
      chunks = try await store.ask.logs.chunks(
        of: execution, from: position, bytes: Self.portion
      )
    }
    let wanted = chunks.filter { $0.end <= end }
    guard wanted.first?.position == position else {
      throw LogStorageError(
        .damaged, "the log of execution \(execution.number) has nothing at position \(position)")
    }
    return wanted
  }
}
